//! Results → text.

pub mod text;
