//! §10.2: signed notes, checkpoints and witness cosignatures, as the C2SP specifications signed-note, tlog-checkpoint
//! and tlog-cosignature write them. Ed25519 throughout.

use crate::{Invalid, line::Digest, merkle::Root};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Most bytes of a note.
pub const MOST_BYTES: usize = 64 << 10;
/// Most signature lines of a note.
pub const MOST_SIGNATURES: usize = 64;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Type 0x01: a log signs the text.
    Log,
    /// Type 0x04: a witness signs the text with the time at which it saw it.
    Witness,
}

impl Role {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }
}

/// A public key with its name, written `name+id+base64`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    name: String,
    role: Role,
    key: [u8; 32],
}

impl VerifierKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`Invalid::Shape`] for a name that is none, an id that is not that of the key, another type of key.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |why: &str| Invalid::Shape("vkey", format!("{why}：{text:.120}"));
        let parts: Vec<&str> = text.splitn(3, '+').collect();
        let [name, id, data] = parts.as_slice() else { return Err(refuse("应为 名称+编号+公钥")) };
        let data = STANDARD.decode(data).map_err(|_| refuse("公钥不是 Base64"))?;
        let Some((kind, key)) = data.split_first() else { return Err(refuse("公钥为空")) };
        let role = [Role::Log, Role::Witness].into_iter().find(|role| role.byte() == *kind);
        let role = role.ok_or_else(|| refuse("不认识的公钥种类"))?;
        let key: [u8; 32] = key.try_into().map_err(|_| refuse("公钥应为 32 字节"))?;
        let read = Self { name: key_name(name)?.to_owned(), role, key };
        if hex::encode(read.id()) == *id { Ok(read) } else { Err(refuse("编号与公钥不符")) }
    }
    /// Name.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What it signs.
    pub const fn role(&self) -> Role {
        self.role
    }
    /// The key itself.
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }
    /// First four bytes of SHA-256 over name, line end, type and key.
    pub fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', self.role.byte()]);
        hash.update(self.key);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        [a, b, c, d]
    }
    /// Whether the line is this key's, good or not.
    fn is_of(&self, line: &SignatureLine<'_>) -> bool {
        line.name == self.name && line.id == self.id()
    }
    /// Verifies a line: for a witness gives the time it states.
    fn verify(&self, text: &str, line: &SignatureLine<'_>) -> Option<Option<u64>> {
        let key = VerifyingKey::from_bytes(&self.key).ok()?;
        let (message, time, signature) = match self.role {
            Role::Log => (text.to_owned(), None, line.signature.as_slice()),
            Role::Witness => {
                let (time, signature) = line.signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                i64::try_from(time).ok()?;
                (cosigned(text, time), Some(time), signature)
            }
        };
        key.verify_strict(message.as_bytes(), &Signature::from_slice(signature).ok()?).ok()?;
        Some(time)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = [&[self.role.byte()], self.key.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(data))
    }
}

fn key_name(name: &str) -> Result<&str, Invalid> {
    let good = !name.is_empty() && !name.chars().any(|sign| sign.is_whitespace() || sign.is_control() || sign == '+');
    if good { Ok(name) } else { Err(Invalid::Shape("vkey", format!("不是密钥名称：{name:.80}"))) }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A private key with its name. The 32 bytes arrive from outside; signing needs no randomness.
#[derive(Clone)]
pub struct Signer {
    public: VerifierKey,
    key: SigningKey,
}

impl Signer {
    /// From 32 secret bytes (RFC 8032).
    ///
    /// # Errors
    /// [`Invalid::Shape`] for a name that is none.
    pub fn new(name: &str, role: Role, secret: &[u8; 32]) -> Result<Self, Invalid> {
        let key = SigningKey::from_bytes(secret);
        let public = VerifierKey { name: key_name(name)?.to_owned(), role, key: key.verifying_key().to_bytes() };
        Ok(Self { public, key })
    }
    /// The public key.
    pub const fn public(&self) -> &VerifierKey {
        &self.public
    }
    /// A signature line over a text that ends with a line end. `time` is that of a witness, seconds since 1970; a log
    /// states none and ignores it.
    pub fn line(&self, text: &str, time: u64) -> String {
        let mut bytes = self.public.id().to_vec();
        match self.public.role {
            Role::Log => bytes.extend(self.key.sign(text.as_bytes()).to_bytes()),
            Role::Witness => {
                bytes.extend(time.to_be_bytes());
                bytes.extend(self.key.sign(cosigned(text, time).as_bytes()).to_bytes());
            }
        }
        format!("— {} {}\n", self.public.name, STANDARD.encode(bytes))
    }
}

#[derive(Debug, Clone)]
struct SignatureLine<'n> {
    name: &'n str,
    id: [u8; 4],
    signature: Vec<u8>,
}

/// A signed note.
#[derive(Debug, Clone)]
pub struct Note<'n> {
    text: &'n str,
    lines: Vec<SignatureLine<'n>>,
}

/// A good signature: the place of its key, and the time a witness states.
pub type Signed = (usize, Option<u64>);

impl<'n> Note<'n> {
    /// Reads a note; nothing is verified yet.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn parse(note: &'n str) -> Result<Self, Invalid> {
        let refuse = |why: &str| Invalid::shape("note", why);
        if note.len() > MOST_BYTES || note.chars().any(|sign| sign < ' ' && sign != '\n') {
            return Err(refuse("过长或者含控制字符"));
        }
        let (body, signatures) = note.rsplit_once("\n\n").ok_or_else(|| refuse("缺少签名"))?;
        let text = note.get(..=body.len()).ok_or_else(|| refuse("缺少正文"))?;
        let signatures = signatures.strip_suffix('\n').ok_or_else(|| refuse("末行未完"))?;
        let lines: Vec<_> =
            signatures.split('\n').map(signature_line).collect::<Option<_>>().ok_or_else(|| refuse("签名行不成立"))?;
        if lines.len() > MOST_SIGNATURES {
            return Err(refuse("签名过多"));
        }
        Ok(Self { text, lines })
    }
    /// The signed text, with its last line end.
    pub const fn text(&self) -> &'n str {
        self.text
    }
    /// As ordinary verifiers do: lines of unknown keys are ignored, a bad line of a known key refuses the note, and at
    /// least one key must have signed.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<Signed>, Invalid> {
        let mut signed = Vec::new();
        for line in &self.lines {
            if let Some((place, key)) = keys.iter().enumerate().find(|(_, key)| key.is_of(line)) {
                let time = key.verify(self.text, line);
                let time = time.ok_or_else(|| Invalid::Shape("note", format!("{} 的签名不成立", key.name)))?;
                signed.push((place, time));
            }
        }
        if signed.is_empty() { Err(Invalid::shape("note", "没有已知密钥的签名")) } else { Ok(signed) }
    }
    /// As §10.3 asks in a bundle: every line verifies under a listed key and every listed key has signed, once.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn verify_exactly(&self, keys: &[VerifierKey]) -> Result<Vec<Signed>, Invalid> {
        let signed = self.verify(keys)?;
        if signed.len() != self.lines.len() {
            return Err(Invalid::shape("note", "有签名不属于所列密钥"));
        }
        let once = |place: usize| signed.iter().filter(|(found, _)| *found == place).count() == 1;
        match keys.iter().enumerate().find(|(place, _)| !once(*place)) {
            Some((_, key)) => Err(Invalid::Shape("note", format!("密钥 {} 没有签名，或者签了多次", key.name))),
            None => Ok(signed),
        }
    }
}

fn signature_line(line: &str) -> Option<SignatureLine<'_>> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    Some(SignatureLine { name: key_name(name).ok()?, id: *id, signature: signature.to_vec() })
}

/// The text of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Root and number of entries.
    pub root: Root,
    /// Further lines, opaque; we write none.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = || Invalid::shape("checkpoint", "不是检查点");
        let mut lines = text.strip_suffix('\n').ok_or_else(refuse)?.split('\n');
        let (origin, count, root) = match (lines.next(), lines.next(), lines.next()) {
            (Some(origin), Some(count), Some(root)) if !origin.is_empty() => (origin, count, root),
            _ => return Err(refuse()),
        };
        let canonical = |count: &u64| count.to_string() == *lines_count(text);
        let count = count.parse::<u64>().ok().filter(canonical).ok_or_else(refuse)?;
        let root = STANDARD.decode(root).ok().and_then(|root| <[u8; 32]>::try_from(root).ok()).ok_or_else(refuse)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(refuse());
        }
        Ok(Self { origin: origin.to_owned(), root: Root { root: Digest(root), count }, extensions })
    }
    /// The text to be signed.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.root.count, STANDARD.encode(self.root.root.0));
        self.extensions.iter().for_each(|line| text.extend([line.as_str(), "\n"]));
        text
    }
    /// The text with signature lines ([`Signer::line`]) below it.
    pub fn signed(&self, lines: &[String]) -> String {
        format!("{}\n{}", self.to_text(), lines.concat())
    }
}

/// The second line of a checkpoint as it stands.
fn lines_count(text: &str) -> &str {
    text.split('\n').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    /// The example of C2SP tlog-cosignature is read as it is meant: origin, size, root, names, time.
    #[test]
    fn the_example_of_c2sp_is_read() {
        let note = Note::parse(EXAMPLE).expect("note");
        let checkpoint = Checkpoint::parse(note.text()).expect("checkpoint");
        assert_eq!((checkpoint.origin.as_str(), checkpoint.root.count), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(checkpoint.to_text(), note.text());
        let names: Vec<&str> = note.lines.iter().map(|line| line.name).collect();
        assert_eq!(names, ["example.com/behind-the-sofa", "witness.example.com/w1"]);
        let time = note.lines[1].signature.first_chunk::<8>().map(|time| u64::from_be_bytes(*time));
        assert_eq!(time, Some(1_679_315_147));
    }

    fn signer(name: &str, role: Role, secret: u8) -> Signer {
        Signer::new(name, role, &[secret; 32]).expect("signer")
    }

    #[test]
    fn keys_are_read_back_and_their_ids_checked() {
        for role in [Role::Log, Role::Witness] {
            let key = signer("log.example/1", role, 7).public().clone();
            let text = key.to_string();
            assert_eq!(VerifierKey::parse(&text), Ok(key));
            for bad in [
                text.replace("log.example/1", "log.example/2"),
                text.replace("+", ""),
                format!("{text}="),
                text.replace("log", "l g"),
                String::new(),
            ] {
                assert!(VerifierKey::parse(&bad).is_err(), "{bad}");
            }
        }
        let (log, witness) = (signer("a", Role::Log, 7), signer("a", Role::Witness, 7));
        assert_ne!(log.public().id(), witness.public().id());
    }

    /// §10.3: in a bundle nothing unknown and nobody missing; ordinary verifiers ignore unknown lines.
    #[test]
    fn signatures_are_verified() {
        let (log, witness, other) =
            (signer("l", Role::Log, 1), signer("w", Role::Witness, 2), signer("o", Role::Log, 3));
        let root = Root { root: Digest([9; 32]), count: 5 };
        let checkpoint = Checkpoint { origin: "l".into(), root, extensions: vec!["more".into()] };
        let text = checkpoint.to_text();
        let lines = [log.line(&text, 0), witness.line(&text, 1_700_000_000)];
        let note = checkpoint.signed(&lines);
        let keys = [log.public().clone(), witness.public().clone()];
        let exactly = |note: &str, keys: &[VerifierKey]| Note::parse(note).and_then(|note| note.verify_exactly(keys));
        let plainly = |note: &str, keys: &[VerifierKey]| Note::parse(note).and_then(|note| note.verify(keys));
        assert_eq!(exactly(&note, &keys), Ok(vec![(0, None), (1, Some(1_700_000_000))]));
        assert_eq!(plainly(&note, &keys[..1]), Ok(vec![(0, None)]));
        assert!(exactly(&note, &keys[..1]).is_err() && exactly(&checkpoint.signed(&lines[..1]), &keys).is_err());
        assert!(plainly(&note, &[other.public().clone()]).is_err());
        assert!(exactly(&checkpoint.signed(&[lines[0].clone(), lines[0].clone(), lines[1].clone()]), &keys).is_err());
        for (what, with) in [("5\n", "6\n"), ("— l", "— m"), ("more", "less"), ("\n\n", "\n")] {
            assert!(exactly(&note.replacen(what, with, 1), &keys).is_err(), "{what:?} → {with:?}");
        }
        assert!(Note::parse(&note.replace("— w ", "— w\t")).is_err() && Note::parse(note.trim_end()).is_err());
        for bad in [
            "",
            "a\n",
            "\n1\nAA==\n",
            "a\n01\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n",
            "a\n+1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n",
            "a\n1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQl=\n",
        ] {
            assert!(Checkpoint::parse(bad).is_err(), "{bad:?}");
        }
    }
}
