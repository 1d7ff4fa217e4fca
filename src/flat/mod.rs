//! Arrays that are either built or lie ready in the program.
//!
//! A model is a few large arrays and look-up tables over them. Built from the readable files they are owned; in the program they are
//! stored as they lie in memory, and are borrowed without being read: a start costs what it touches.
//!
//! - [`Array`]: the one or the other
//! - [`strings`]: texts by number, and numbers by text
//! - [`numbers`]: numbers by number
//! - [`store`]: arrays one behind the other in a file, and back

pub(crate) mod numbers;
pub(crate) mod store;
pub(crate) mod strings;

use std::borrow::Cow;

/// Items that are owned, or borrowed from the program.
pub(crate) type Array<T> = Cow<'static, [T]>;

/// Slots of a table of `items` with open addressing: a power of two, so that at most three quarters are taken.
pub(crate) fn slots_for(items: usize) -> usize {
    (items * 4 / 3 + 1).next_power_of_two().max(2)
}

/// An odd constant whose multiples spread over all bits: 2⁶⁴ / golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of a number. The tables are of a fixed vocabulary, which no text can choose: nobody can make it slow.
#[inline]
pub(crate) fn hash(number: u64) -> u64 {
    (number ^ (number >> 29)).wrapping_mul(SPREAD)
}
