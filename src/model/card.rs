//! The model card, made from the manifest.

use std::fmt::Write as _;

use crate::model::manifest::Manifest;

/// The card as Markdown.
#[must_use]
pub fn markdown(manifest: &Manifest) -> String {
    let mut card = String::from("# Model card\n\n");
    // Writing to a string does not fail.
    let _ = writeln!(card, "Written by lurewatch {}.", manifest.lurewatch);
    card
}
