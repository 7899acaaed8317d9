//! §14: the last block of a ticket line. With an 18-character unit and a draw id of at most 15 characters the line has
//! two blocks of SHA-256, of which the first is the same for every ball; here it is hashed once and only the second
//! one remains for each ball.

use crate::line::Digest;
use sha2::compress256;

const BEGIN: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
const SIZE: usize = 64;
/// The length in bits at the end of the last block, and the bit that ends the text.
const PADDING: usize = 9;

/// Everything about the lines of one draw that does not change from ball to ball.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// After the full blocks of the beginning.
    state: [u32; 8],
    /// Beginning of the last block.
    block: [u8; SIZE],
    /// How much of it stands.
    filled: usize,
    /// Bytes in the blocks before.
    before: usize,
}

impl Block {
    /// For lines that begin so; none when nothing would fit after it.
    pub(crate) fn new(beginning: &[u8]) -> Option<Self> {
        let mut state = BEGIN;
        let mut whole = beginning.chunks_exact(SIZE);
        for chunk in whole.by_ref() {
            let chunk: [u8; SIZE] = chunk.try_into().ok()?;
            compress256(&mut state, &[chunk.into()]);
        }
        let (rest, mut block) = (whole.remainder(), [0; SIZE]);
        block.get_mut(..rest.len())?.copy_from_slice(rest);
        Some(Self { state, block, filled: rest.len(), before: beginning.len() - rest.len() })
    }
    /// The hash of the line `beginning uid|ball`; none when it does not fit into the last block.
    pub(crate) fn hash(&self, uid: &[u8], ball: u32) -> Option<Digest> {
        let (mut digits, mut first) = ([0_u8; 10], 10);
        let mut rest = ball;
        while rest > 0 || first == 10 {
            first -= 1;
            *digits.get_mut(first)? = b'0' + u8::try_from(rest % 10).ok()?;
            rest /= 10;
        }
        let digits = digits.get(first..)?;
        let end_of_uid = self.filled + uid.len();
        let end = end_of_uid + 1 + digits.len();
        if end + PADDING > SIZE {
            return None;
        }
        let mut block = self.block;
        block.get_mut(self.filled..end_of_uid)?.copy_from_slice(uid);
        *block.get_mut(end_of_uid)? = b'|';
        block.get_mut(end_of_uid + 1..end)?.copy_from_slice(digits);
        *block.get_mut(end)? = 0x80;
        let bits = u64::try_from(8 * (self.before + end)).ok()?;
        block.get_mut(SIZE - 8..)?.copy_from_slice(&bits.to_be_bytes());
        let mut state = self.state;
        compress256(&mut state, &[block.into()]);
        let mut hash = [0; 32];
        hash.chunks_exact_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
        Some(Digest(hash))
    }
}
