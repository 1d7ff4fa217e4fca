//! lurewatch
pub mod normalize;
pub mod posting;
