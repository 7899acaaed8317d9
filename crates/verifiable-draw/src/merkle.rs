//! §3.2: the tree of RFC 6962 (RFC 9162 §2.1) over a list of texts. A root does not bind the number of leaves, so it
//! never travels without it.

use crate::{
    Invalid,
    line::{Algorithm, Digest},
};

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
        self.add_leaf(leaf(self.algorithm, text));
    }
    /// The next leaf's hash.
    pub fn add_leaf(&mut self, leaf: Digest) {
        let (mut size, mut hash) = (1, leaf);
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

impl Builder {
    /// Takes over the leaves that follow, built apart (by another thread, from another part of the list).
    ///
    /// # Errors
    /// [`Invalid::Shape`] when the subtrees do not meet: the leaves before must be a multiple of the largest complete
    /// subtree after them. Parts of 2^k leaves each, the last one shorter, always meet.
    pub fn append(&mut self, following: Self) -> Result<(), Invalid> {
        let largest = following.complete.first().map_or(1, |(size, _)| *size);
        if !self.count.is_multiple_of(largest) {
            return Err(Invalid::shape("merkle", "两部分的子树不相接"));
        }
        for (mut size, mut hash) in following.complete {
            let added = size;
            while let Some((left_size, left)) = self.complete.pop_if(|(left_size, _)| *left_size == size) {
                hash = node(self.algorithm, &left, &hash);
                size += left_size;
            }
            self.complete.push((size, hash));
            self.count += added;
        }
        Ok(())
    }
}

/// Whether the leaf is the one at `index` (from 0) in the tree (RFC 9162 §2.1.3.2).
pub fn includes(algorithm: Algorithm, tree: &Root, index: u64, leaf: Digest, path: &[Digest]) -> bool {
    if index >= tree.count {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, tree.count - 1, leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            hash = node(algorithm, sibling, &hash);
            while place.is_multiple_of(2) && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            hash = node(algorithm, &hash, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && hash == tree.root
}

/// Whether the later tree begins with all leaves of the earlier one (RFC 9162 §2.1.4.2). Equal sizes and an empty
/// earlier tree need an empty proof.
pub fn is_consistent(algorithm: Algorithm, earlier: &Root, later: &Root, proof: &[Digest]) -> bool {
    if earlier.count == later.count {
        return proof.is_empty() && earlier.root == later.root;
    }
    if earlier.count == 0 {
        return proof.is_empty() && earlier.root == algorithm.hash(&[]);
    }
    if earlier.count > later.count {
        return false;
    }
    let (mut place, mut last) = (earlier.count - 1, later.count - 1);
    while place % 2 == 1 {
        (place, last) = (place >> 1, last >> 1);
    }
    let (begin, rest) = match proof {
        proof if earlier.count.is_power_of_two() => (&earlier.root, proof),
        [first, rest @ ..] => (first, rest),
        [] => return false,
    };
    let (mut old, mut new) = (*begin, *begin);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            (old, new) = (node(algorithm, sibling, &old), node(algorithm, sibling, &new));
            while place.is_multiple_of(2) && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            new = node(algorithm, &new, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && old == earlier.root && new == later.root
}

/// Hashes of complete subtrees, wherever they are kept: `level` 0 are the leaves, a subtree of level k at `index`
/// covers the leaves from `index`·2^k on. Proofs need a few of them and never the leaves' texts.
pub trait Subtrees {
    /// What reading one may fail with.
    type Error: From<Invalid>;
    /// Hash of the tree.
    fn algorithm(&self) -> Algorithm;
    /// One subtree.
    ///
    /// # Errors
    /// When it is not there.
    fn subtree(&self, level: u32, index: u64) -> Result<Digest, Self::Error>;

    /// Root of the first `count` leaves.
    ///
    /// # Errors
    /// When a subtree is missing, as for all that follow.
    fn root(&self, count: u64) -> Result<Root, Self::Error> {
        let root = if count == 0 { self.algorithm().hash(&[]) } else { range(self, 0, count)? };
        Ok(Root { root, count })
    }
    /// Path of the leaf at `index` in the tree of the first `count` leaves (RFC 9162 §2.1.3.1).
    ///
    /// # Errors
    /// [`Invalid::Shape`] for an index that is not in the tree.
    fn inclusion(&self, index: u64, count: u64) -> Result<Vec<Digest>, Self::Error> {
        if index >= count {
            return Err(Invalid::shape("merkle", "序号不在树内").into());
        }
        let (mut path, mut start, mut size) = (Vec::new(), 0, count);
        while size > 1 {
            let left = split(size);
            if index - start < left {
                path.push(range(self, start + left, size - left)?);
                size = left;
            } else {
                path.push(range(self, start, left)?);
                (start, size) = (start + left, size - left);
            }
        }
        path.reverse();
        Ok(path)
    }
    /// Proof that the tree of `later` leaves begins with that of `earlier` leaves (RFC 9162 §2.1.4.1).
    ///
    /// # Errors
    /// [`Invalid::Shape`] when `earlier` is larger.
    fn consistency(&self, earlier: u64, later: u64) -> Result<Vec<Digest>, Self::Error> {
        if earlier > later {
            return Err(Invalid::shape("merkle", "旧树大于新树").into());
        }
        let (mut proof, mut start, mut old, mut size) = (Vec::new(), 0, earlier, later);
        if earlier == 0 {
            return Ok(proof);
        }
        while old < size {
            let left = split(size);
            if old <= left {
                proof.push(range(self, start + left, size - left)?);
                size = left;
            } else {
                proof.push(range(self, start, left)?);
                (start, old, size) = (start + left, old - left, size - left);
            }
        }
        if start > 0 {
            proof.push(range(self, start, size)?);
        }
        proof.reverse();
        Ok(proof)
    }
}

/// Leaves of the left subtree: the largest power of two below `size` (at least 2).
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Hash of `size` leaves (at least one) from `start` on, which must be a place where a subtree begins.
fn range<S: Subtrees + ?Sized>(subtrees: &S, start: u64, size: u64) -> Result<Digest, S::Error> {
    if size.is_power_of_two() {
        return subtrees.subtree(size.ilog2(), start >> size.ilog2());
    }
    let left = split(size);
    let (one, other) = (range(subtrees, start, left)?, range(subtrees, start + left, size - left)?);
    Ok(node(subtrees.algorithm(), &one, &other))
}

/// All complete subtrees in memory: 64 bytes a leaf.
#[derive(Debug, Clone)]
pub struct Tree {
    algorithm: Algorithm,
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// An empty tree.
    pub fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, levels: vec![Vec::new()] }
    }
    /// The next leaf's hash ([`leaf`]).
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for level in &mut self.levels {
            level.push(hash);
            match level.as_slice() {
                [.., left, right] if level.len().is_multiple_of(2) => hash = node(self.algorithm, left, right),
                _ => return,
            }
        }
        self.levels.push(vec![hash]);
    }
    /// Leaves.
    pub fn count(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
}

impl Subtrees for Tree {
    type Error = Invalid;
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
    fn subtree(&self, level: u32, index: u64) -> Result<Digest, Invalid> {
        let level = usize::try_from(level).ok().and_then(|level| self.levels.get(level));
        let found = usize::try_from(index).ok().and_then(|index| level?.get(index));
        found.copied().ok_or_else(|| Invalid::shape("merkle", "缺少子树"))
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

    fn texts(count: u32) -> Vec<Vec<u8>> {
        (0..count).map(|n| n.to_be_bytes().to_vec()).collect()
    }
    fn tree_of(algorithm: Algorithm, count: u32) -> Tree {
        let mut tree = Tree::new(algorithm);
        texts(count).iter().for_each(|text| tree.push(leaf(algorithm, text)));
        tree
    }

    /// §15.8: all inclusion proofs of sizes 0 to 100, both hashes; wrong index, size, path, leaf and root are refused.
    #[test]
    fn inclusion_proofs_of_all_sizes() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sm3] {
            let tree = tree_of(algorithm, 100);
            for count in 0..=100 {
                let root = tree.root(count).expect("root");
                let mut builder = Builder::new(algorithm);
                texts(u32::try_from(count).expect("small")).iter().for_each(|text| builder.add(text));
                assert_eq!(root, builder.root());
                assert!(tree.inclusion(count, count).is_err());
                for index in 0..count {
                    let path = tree.inclusion(index, count).expect("path");
                    let own = tree.subtree(0, index).expect("leaf");
                    let holds =
                        |root: &Root, index, leaf, path: &[Digest]| includes(algorithm, root, index, leaf, path);
                    assert!(holds(&root, index, own, &path), "{index} of {count}");
                    assert!((0..=count).filter(|other| *other != index).all(|other| !holds(&root, other, own, &path)));
                    assert!(!holds(&Root { root: own, count }, index, own, &path) || count == 1);
                    assert!(!holds(&Root { root: leaf(algorithm, b"x"), count }, index, own, &path));
                    assert!(!holds(&root, index, leaf(algorithm, b"x"), &path));
                    let longer: Vec<Digest> = path.iter().copied().chain([own]).collect();
                    assert!(!holds(&root, index, own, &longer));
                    for place in 0..path.len() {
                        let mut wrong = path.clone();
                        wrong.remove(place);
                        assert!(!holds(&root, index, own, &wrong));
                        wrong.insert(place, leaf(algorithm, b"x"));
                        assert!(!holds(&root, index, own, &wrong));
                    }
                }
            }
        }
    }

    /// §15.8: all consistency proofs of sizes 0 to 100, both hashes; the wrong size, root or proof is refused.
    #[test]
    fn consistency_proofs_of_all_sizes() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sm3] {
            let tree = tree_of(algorithm, 100);
            let forged = leaf(algorithm, b"x");
            for later in 0..=100 {
                let new = tree.root(later).expect("root");
                assert!(tree.consistency(later + 1, later).is_err());
                for earlier in 0..=later {
                    let old = tree.root(earlier).expect("root");
                    let proof = tree.consistency(earlier, later).expect("proof");
                    let holds = |old: &Root, new: &Root, proof: &[Digest]| is_consistent(algorithm, old, new, proof);
                    assert!(holds(&old, &new, &proof), "{earlier} → {later}");
                    assert!(!holds(&Root { root: forged, ..old }, &new, &proof));
                    assert!(earlier == 0 || !holds(&old, &Root { root: forged, ..new }, &proof));
                    assert!(earlier == 0 || !holds(&Root { count: earlier - 1, ..old }, &new, &proof));
                    assert!(earlier == later || !holds(&new, &old, &proof));
                    let longer: Vec<Digest> = proof.iter().copied().chain([forged]).collect();
                    assert!(!holds(&old, &new, &longer));
                    for place in 0..proof.len() {
                        let mut wrong = proof.clone();
                        wrong.remove(place);
                        assert!(!holds(&old, &new, &wrong));
                        wrong.insert(place, forged);
                        assert!(!holds(&old, &new, &wrong));
                    }
                }
            }
        }
    }

    /// §14: parts built apart meet where the part is a power of two, and are refused where they do not meet.
    #[test]
    fn parts_built_apart_meet() {
        let all = texts(100);
        let built = |texts: &[Vec<u8>]| {
            let mut builder = Builder::new(Algorithm::Sha256);
            texts.iter().for_each(|text| builder.add(text));
            builder
        };
        for size in [1, 2, 4, 8, 16, 32, 64, 128] {
            let mut whole = Builder::new(Algorithm::Sha256);
            all.chunks(size).for_each(|part| whole.append(built(part)).expect("meets"));
            assert_eq!(whole.root(), built(&all).root(), "parts of {size}");
        }
        assert!(built(&all[..3]).append(built(&all[3..5])).is_err());
    }
}
