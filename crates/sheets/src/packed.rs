//! What a workbook says about the size of its parts before any of them is unpacked. A part that unpacks to a hundred times
//! its size and more is no table but an attempt to fill the memory. Unpacks nothing.

use crate::SheetError;
use std::io::{Read, Seek, SeekFrom};

/// Parts up to this size are unpacked whatever their packing.
const HARMLESS: u64 = 64 * 1024 * 1024;
/// Tables of the field pack 5 to 30 times.
const LIKELY: u64 = 100;
/// Longest end record with its remark.
const END: u64 = 22 + 65_535;

/// Refuses a workbook one of whose parts would fill the memory.
pub(crate) fn check(file: &mut (impl Read + Seek)) -> Result<(), SheetError> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    // A file without its end record is damaged; the reader says so in its own words.
    let Some(at) = end.windows(4).rposition(|window| window == b"PK\x05\x06") else { return Ok(()) };
    let (Some(size), Some(begin)) = (number(&end, at + 12, 4), number(&end, at + 16, 4)) else { return Ok(()) };
    file.seek(SeekFrom::Start(begin))?;
    let mut directory = Vec::new();
    file.take(size.min(length)).read_to_end(&mut directory)?;
    let mut place = 0;
    while directory.get(place..place + 4) == Some(b"PK\x01\x02") {
        let field = |at: usize, bytes: usize| number(&directory, place + at, bytes).unwrap_or(0);
        let (packed, unpacked) = (field(20, 4), field(24, 4));
        if unpacked > HARMLESS && unpacked / packed.max(1) >= LIKELY {
            return Err(SheetError::TooLarge { megabytes: unpacked / 1024 / 1024 });
        }
        place += 46 + (field(28, 2) + field(30, 2) + field(32, 2)) as usize;
    }
    Ok(())
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + width)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A directory with one part of the given sizes, and its end record.
    fn directory(packed: u32, unpacked: u32) -> Vec<u8> {
        let mut file = b"PK\x01\x02".to_vec();
        file.extend([0; 16]);
        file.extend(packed.to_le_bytes());
        file.extend(unpacked.to_le_bytes());
        file.extend([0; 18]);
        let size = file.len() as u32;
        file.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        file.extend(size.to_le_bytes());
        file.extend([0; 6]);
        file
    }

    #[test]
    fn sizes_decide() {
        let rows: &[(u32, u32, bool)] = &[
            (1_000, 10_000, true),
            (1_000, 64 * 1024 * 1024, true),
            (600_000, 64 * 1024 * 1024 + 1, false),
            (10_000_000, 300_000_000, true),
            (0, u32::MAX, false),
        ];
        for (packed, unpacked, fine) in rows {
            let checked = check(&mut Cursor::new(directory(*packed, *unpacked)));
            assert_eq!(checked.is_ok(), *fine, "{packed} → {unpacked}: {checked:?}");
        }
        assert!(check(&mut Cursor::new(b"PK\x03\x04 and no more")).is_ok(), "damaged, not too large");
    }
}
