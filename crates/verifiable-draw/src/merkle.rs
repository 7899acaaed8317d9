//! §3.2: the tree of RFC 6962 (RFC 9162 §2.1) over a list of texts. A root does not bind the number of leaves, so it
//! never travels without it.

use crate::line::{Algorithm, Digest};

/// Root and number of leaves of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// Root; of an empty list the hash of nothing.
    pub root: Digest,
    /// Leaves.
    pub count: u64,
}

/// `H(0x00 ‖ text)`.
pub fn leaf(algorithm: Algorithm, text: &[u8]) -> Digest {
    algorithm.hash(&[&[0], text])
}

/// `H(0x01 ‖ left ‖ right)`.
pub fn node(algorithm: Algorithm, left: &Digest, right: &Digest) -> Digest {
    algorithm.hash(&[&[1], &left.0, &right.0])
}

/// Takes leaves one after the other and keeps one hash for each complete subtree: memory grows with the logarithm.
#[derive(Debug, Clone)]
pub struct Builder {
    algorithm: Algorithm,
    /// Roots of complete subtrees from the left, largest first, each with its number of leaves.
    complete: Vec<(u64, Digest)>,
    count: u64,
}

impl Builder {
    /// An empty list.
    pub fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, complete: Vec::new(), count: 0 }
    }
    /// The next leaf's text.
    pub fn add(&mut self, text: &[u8]) {
        let (mut size, mut hash) = (1, leaf(self.algorithm, text));
        while let Some((left_size, left)) = self.complete.pop_if(|(left_size, _)| *left_size == size) {
            hash = node(self.algorithm, &left, &hash);
            size += left_size;
        }
        self.complete.push((size, hash));
        self.count += 1;
    }
    /// Root of what was added so far.
    pub fn root(&self) -> Root {
        let mut subtrees = self.complete.iter().rev().map(|(_, hash)| *hash);
        let last = subtrees.next().unwrap_or_else(|| self.algorithm.hash(&[]));
        let root = subtrees.fold(last, |right, left| node(self.algorithm, &left, &right));
        Root { root, count: self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_of(texts: &[Vec<u8>]) -> Root {
        let mut builder = Builder::new(Algorithm::Sha256);
        texts.iter().for_each(|text| builder.add(text));
        builder.root()
    }

    /// RFC 6962 §2.1 word for word.
    fn by_definition(texts: &[Vec<u8>]) -> Digest {
        match texts {
            [] => Algorithm::Sha256.hash(&[]),
            [one] => leaf(Algorithm::Sha256, one),
            several => {
                let split = (several.len().next_power_of_two() / 2).max(1);
                let split = if split == several.len() { split / 2 } else { split };
                let (left, right) = (by_definition(&several[..split]), by_definition(&several[split..]));
                node(Algorithm::Sha256, &left, &right)
            }
        }
    }

    /// The known answers of the Certificate Transparency reference tree, sizes 0 to 8.
    #[test]
    fn rfc6962_known_roots() {
        let leaves: Vec<Vec<u8>> = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
            .into_iter()
            .chain(["606162636465666768696a6b6c6d6e6f"])
            .map(|text| hex::decode(text).expect("hex"))
            .collect();
        let known = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (size, root) in known.iter().enumerate() {
            let found = root_of(&leaves[..size]);
            assert_eq!((found.root.to_string().as_str(), found.count), (*root, size as u64), "size {size}");
        }
    }

    #[test]
    fn the_stack_gives_the_tree_of_the_definition() {
        let leaves: Vec<Vec<u8>> = (0..100_u32).map(|n| n.to_be_bytes().to_vec()).collect();
        for size in 0..=leaves.len() {
            assert_eq!(root_of(&leaves[..size]).root, by_definition(&leaves[..size]), "size {size}");
        }
    }
}
