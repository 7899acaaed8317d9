//! §5.1, type `drand`: the quicknet beacon. Its outcome is a BLS signature over the number of the round, so that it
//! proves itself; chain and key are pinned here.

use bls12_381::{
    G1Affine, G1Projective, G2Affine,
    hash_to_curve::{ExpandMsgXmd, HashToCurve},
    pairing,
};
use sha2::{Digest as _, Sha256};

/// Hash of the quicknet chain.
pub const CHAIN: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
/// Public key of quicknet.
pub const KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d10\
                       64510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef\
                       5ece45a";
/// Time of round 1, seconds since 1970.
pub const GENESIS: i64 = 1_692_803_367;
/// Seconds between rounds.
pub const PERIOD: i64 = 3;
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// Time of a round (from 1), seconds since 1970; none when it is beyond all calendars.
pub fn time_of(round: u64) -> Option<i64> {
    let periods = i64::try_from(round.checked_sub(1)?).ok()?;
    periods.checked_mul(PERIOD)?.checked_add(GENESIS)
}

/// Whether 96 hex digits are the signature of quicknet over the round: a point of the right subgroup, paired with the
/// pinned key.
pub fn is_signature(round: u64, signature: &str) -> bool {
    let (mut point, mut key) = ([0_u8; 48], [0_u8; 96]);
    if hex::decode_to_slice(signature, &mut point).is_err() || hex::decode_to_slice(KEY, &mut key).is_err() {
        return false;
    }
    let message = Sha256::digest(round.to_be_bytes());
    let hashed = <G1Projective as HashToCurve<ExpandMsgXmd<Sha256>>>::hash_to_curve([message], DOMAIN);
    let point = Option::<G1Affine>::from(G1Affine::from_compressed(&point));
    let key = Option::<G2Affine>::from(G2Affine::from_compressed(&key));
    match (point, key) {
        (Some(point), Some(key)) => pairing(&point, &G2Affine::generator()) == pairing(&G1Affine::from(hashed), &key),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str =
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";

    /// The real round of §5.1; another round, a changed point, the point at infinity and no point are refused.
    #[test]
    fn a_real_round_of_quicknet() {
        assert!(is_signature(657_413, SIGNATURE));
        assert!(!is_signature(657_414, SIGNATURE));
        let negated = SIGNATURE.replacen('b', "9", 1);
        let infinity = format!("c0{}", "0".repeat(94));
        for bad in [&negated, &infinity, &SIGNATURE[1..].to_owned(), &"f".repeat(96), &String::new()] {
            assert!(!is_signature(657_413, bad), "{bad}");
        }
        for place in [1, 40, 95] {
            let mut changed = SIGNATURE.to_owned();
            let other = if changed.as_bytes()[place] == b'0' { "1" } else { "0" };
            changed.replace_range(place..=place, other);
            assert!(!is_signature(657_413, &changed));
        }
        assert_eq!(time_of(1), Some(GENESIS));
        assert_eq!((time_of(0), time_of(u64::MAX)), (None, None));
    }
}
