//! The language of patterns, and what a pattern multiplies out to.
//!
//! ```text
//! free (visa|ticket)     words that follow each other; one of several
//! rekrut*                any word that begins so
//! (brand)? ambassador    optional group
//! no .. experience       up to three words in between (`...`: up to eight)
//! # (k|usd)              a number in digits
//! 包(吃|食)住             scripts without spaces are written without
//! ```

use crate::normalize::{UnitKind, Units};

/// One position of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Atom {
    /// This word, in its comparable form.
    Word(String),
    /// Any word that begins so.
    Prefix(String),
    /// Any number.
    Number,
}

/// An [`Atom`] and how much may stand between it and the one before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// Budget of the gap: a word costs 2, a character or cluster of a script without spaces costs 1.
    pub gap: u8,
    /// What must follow.
    pub atom: Atom,
}

/// The largest number of variants that one pattern may multiply out to.
pub const MOST_VARIANTS: usize = 512;

const SHORT_GAP: u8 = 6;
const LONG_GAP: u8 = 16;

/// Every sequence of steps that `pattern` stands for.
///
/// # Errors
///
/// A sentence that says what is wrong, for the place of the pattern to be put before it.
///
/// ```
/// use lurewatch::features::cues::pattern::variants;
///
/// assert_eq!(variants("free (visa|ticket)").unwrap().len(), 2);
/// assert_eq!(variants("free (visa").unwrap_err(), "`(` without `)`");
/// ```
pub fn variants(pattern: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut parser = Parser { rest: pattern };
    let raw = parser.alternatives()?;
    if !parser.rest.is_empty() {
        return Err("`)` without `(`".to_owned());
    }
    let mut all = Vec::new();
    for pieces in raw {
        let steps = settle(&pieces)?;
        if !steps.is_empty() && !all.contains(&steps) {
            all.push(steps);
        }
    }
    if all.is_empty() { Err("a pattern that matches nothing; at least one word is needed".to_owned()) } else { Ok(all) }
}

/// A piece of a pattern before gaps are put where they belong.
#[derive(Clone, Debug, PartialEq)]
enum RawPiece {
    Atoms(Vec<Atom>),
    Gap(u8),
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Vec<Vec<RawPiece>>, String> {
        let mut done = Vec::new();
        let mut current: Vec<Vec<RawPiece>> = vec![Vec::new()];
        while let Some(c) = self.rest.chars().next() {
            match c {
                ')' => break,
                '|' => {
                    done.append(&mut current);
                    current.push(Vec::new());
                    self.skip(1);
                }
                '(' => {
                    let group = self.group()?;
                    current = multiply(&current, &group)?;
                }
                '?' => return Err("`?` may stand only behind a group: `(word)?`".to_owned()),
                ' ' => self.skip(1),
                '.' => {
                    let gap = self.gap()?;
                    for pieces in &mut current {
                        pieces.push(RawPiece::Gap(gap));
                    }
                }
                _ => {
                    let end = self.rest.find([' ', '(', ')', '|', '?', '.']).unwrap_or(self.rest.len());
                    let atoms = atoms(&self.rest[..end])?;
                    self.skip(end);
                    for pieces in &mut current {
                        pieces.push(RawPiece::Atoms(atoms.clone()));
                    }
                }
            }
        }
        done.append(&mut current);
        Ok(done)
    }

    fn group(&mut self) -> Result<Vec<Vec<RawPiece>>, String> {
        self.skip(1);
        let mut group = self.alternatives()?;
        if !self.rest.starts_with(')') {
            return Err("`(` without `)`".to_owned());
        }
        self.skip(1);
        if self.rest.starts_with('?') {
            self.skip(1);
            group.push(Vec::new());
        }
        Ok(group)
    }

    fn gap(&mut self) -> Result<u8, String> {
        let dots = self.rest.bytes().take_while(|&b| b == b'.').count();
        self.skip(dots);
        match dots {
            2 => Ok(SHORT_GAP),
            3 => Ok(LONG_GAP),
            _ => Err(format!("{dots} dots; `..` is a short gap, `...` a long one")),
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }
}

fn multiply(left: &[Vec<RawPiece>], right: &[Vec<RawPiece>]) -> Result<Vec<Vec<RawPiece>>, String> {
    if left.len() * right.len() > MOST_VARIANTS {
        return Err(format!("more than {MOST_VARIANTS} variants; split the pattern into several"));
    }
    Ok(left.iter().flat_map(|l| right.iter().map(move |r| [l.as_slice(), r].concat())).collect())
}

/// Puts the gaps of one variant where they belong.
fn settle(pieces: &[RawPiece]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut gap = 0;
    let mut gap_open = false;
    for piece in pieces {
        match piece {
            RawPiece::Gap(_) if steps.is_empty() => {
                return Err("a gap at the beginning; words must enclose it".to_owned());
            }
            RawPiece::Gap(size) => (gap, gap_open) = (*size, true),
            RawPiece::Atoms(atoms) => {
                for atom in atoms {
                    steps.push(Step { gap, atom: atom.clone() });
                    (gap, gap_open) = (0, false);
                }
            }
        }
    }
    if gap_open { Err("a gap at the end; words must enclose it".to_owned()) } else { Ok(steps) }
}

fn atoms(text: &str) -> Result<Vec<Atom>, String> {
    if text == "#" {
        return Ok(vec![Atom::Number]);
    }
    if text.starts_with('⟨') {
        return Ok(vec![Atom::Word(text.to_owned())]);
    }
    let (literal, is_prefix) = match text.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (text, false),
    };
    let mut found = Vec::new();
    Units::default().split(literal, |unit| match unit.kind {
        UnitKind::Break => {}
        UnitKind::Number => found.push(Atom::Number),
        _ => found.push(Atom::Word(unit.text.to_owned())),
    });
    if is_prefix {
        match found.pop() {
            Some(Atom::Word(stem)) => found.push(Atom::Prefix(stem)),
            _ => return Err(format!("`{text}`: `*` needs the beginning of a word before it")),
        }
    }
    if found.is_empty() { Err(format!("`{text}` holds no word")) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pattern: &str) -> String {
        match variants(pattern) {
            Err(fault) => format!("error: {fault}"),
            Ok(variants) => variants
                .iter()
                .map(|steps| {
                    let words: Vec<String> = steps
                        .iter()
                        .map(|step| {
                            let word = match &step.atom {
                                Atom::Word(word) => word.clone(),
                                Atom::Prefix(stem) => format!("{stem}*"),
                                Atom::Number => "#".to_owned(),
                            };
                            if step.gap > 0 { format!("<{}> {word}", step.gap) } else { word }
                        })
                        .collect();
                    words.join(" ")
                })
                .collect::<Vec<_>>()
                .join(" / "),
        }
    }

    #[test]
    fn patterns_multiply_out() {
        const CASES: &[(&str, &str)] = &[
            ("free visa", "free visa"),
            ("free (visa|air ticket)", "free visa / free air ticket"),
            ("no (prior )?experience", "no prior experience / no experience"),
            ("không .. kinh nghiệm", "khong <6> kinh nghiem"),
            ("a ... b", "a <16> b"),
            ("rekrut*", "rekrut*"),
            ("包(吃|食)住", "包 吃 住 / 包 食 住"),
            ("預支", "预 支"),
            ("# wpm", "# wpm"),
            ("(a|b (c|d))", "a / b c / b d"),
            ("⟨telegram⟩", "⟨telegram⟩"),
            ("", "error: a pattern that matches nothing; at least one word is needed"),
            ("(a", "error: `(` without `)`"),
            ("a)", "error: `)` without `(`"),
            ("a?", "error: `?` may stand only behind a group: `(word)?`"),
            (".. a", "error: a gap at the beginning; words must enclose it"),
            ("a ..", "error: a gap at the end; words must enclose it"),
            ("a . b", "error: 1 dots; `..` is a short gap, `...` a long one"),
            ("*", "error: `*`: `*` needs the beginning of a word before it"),
        ];
        for (pattern, expected) in CASES {
            assert_eq!(shown(pattern), *expected, "variants of {pattern:?}");
        }
    }
}
