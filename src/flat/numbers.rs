//! Numbers by number.

use crate::flat::{
    Array, hash, slots_for,
    store::{Reader, Writer},
};

/// Key → value, for keys and values of 32 bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NumberTable {
    /// Open addressing: key and value; the value [`EMPTY`] is an empty slot.
    slots: Array<[u32; 2]>,
    /// Shift that leaves as many bits of a hash as there are slots.
    shift: u32,
}

/// A value that cannot be stored.
const EMPTY: u32 = u32::MAX;

impl NumberTable {
    /// From distinct keys and their values, which must be below `u32::MAX`.
    pub(crate) fn new(items: &[(u32, u32)]) -> Self {
        let mut slots = vec![[0, EMPTY]; slots_for(items.len())];
        let shift = shift_for(slots.len());
        for &(key, value) in items {
            let mut slot = (hash(u64::from(key)) >> shift) as usize;
            while slots[slot][1] != EMPTY {
                slot = (slot + 1) & (slots.len() - 1);
            }
            slots[slot] = [key, value];
        }
        Self { slots: slots.into(), shift }
    }

    /// The value of a key.
    #[inline]
    pub(crate) fn get(&self, key: u32) -> Option<u32> {
        let slots: &[[u32; 2]] = &self.slots;
        let mut slot = (hash(u64::from(key)) >> self.shift) as usize;
        loop {
            // Nothing is there when the table has no slots at all.
            match *slots.get(slot)? {
                [_, EMPTY] => return None,
                [found, value] if found == key => return Some(value),
                _ => slot = (slot + 1) & (slots.len() - 1),
            }
        }
    }

    pub(crate) fn write(&self, into: &mut Writer) {
        into.array(&self.slots);
    }

    pub(crate) fn read(from: &mut Reader) -> Result<Self, String> {
        let slots: Array<[u32; 2]> = from.array()?;
        Ok(Self { shift: shift_for(slots.len()), slots })
    }
}

/// Shift that leaves as many bits of a hash as `slots`, a power of two above 1, need.
pub(crate) fn shift_for(slots: usize) -> u32 {
    64 - slots.max(2).trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let items: Vec<(u32, u32)> = (0..4_000).map(|at| (at * at, at)).collect();
        let table = NumberTable::new(&items);
        for &(key, value) in &items {
            assert_eq!(table.get(key), Some(value), "key {key}");
        }
        assert_eq!((table.get(2), table.get(u32::MAX)), (None, None));
        assert_eq!(NumberTable::default().get(0), None);
        assert_eq!(NumberTable::new(&[]).get(0), None);
    }
}
