//! Postings to learn from: labelled ones with their groups, and unlabelled background.

use crate::{
    groups::near_duplicates_of,
    posting::{Field, Label, Posting},
    random::Random,
};

/// A labelled posting.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The posting.
    pub posting: Posting<'static>,
    /// What it is.
    pub label: Label,
    /// Name of its group, if the data says; near-duplicates are joined besides.
    pub group: Option<String>,
    /// Its language, if the data says.
    pub language: Option<String>,
    /// Where it was taken from, if the data says; else the file.
    pub source: String,
}

/// An unlabelled posting, taken as clean at a small weight.
#[derive(Clone, Debug)]
pub struct Background {
    /// The posting.
    pub posting: Posting<'static>,
    /// Where it was taken from, if the data says; else the file.
    pub source: String,
}

/// Everything that a model is trained on.
#[derive(Clone, Debug, Default)]
pub struct TrainingSet {
    /// Labelled postings, in file order.
    pub labelled: Vec<Labelled>,
    /// Background postings, in file order.
    pub background: Vec<Background>,
}

impl TrainingSet {
    /// Group number of every labelled posting: same name or near-duplicate, chains included.
    #[must_use]
    pub fn labelled_groups(&self) -> Vec<u32> {
        groups_of(&self.labelled)
    }

    /// Group number of every background posting: near-duplicates share one.
    #[must_use]
    pub fn background_groups(&self) -> Vec<u32> {
        let postings: Vec<_> = self.background.iter().map(|row| &row.posting).collect();
        near_duplicates_of(&postings)
    }
}

/// Group number of every labelled posting: same name or near-duplicate, chains included.
#[must_use]
pub fn groups_of(labelled: &[Labelled]) -> Vec<u32> {
    let postings: Vec<_> = labelled.iter().map(|row| &row.posting).collect();
    let names: Vec<Option<&str>> = labelled.iter().map(|row| row.group.as_deref()).collect();
    join_names(&near_duplicates_of(&postings), &names)
}

/// Joins groups whose members share a name. Numbers count up in order of first appearance.
#[must_use]
pub fn join_names(groups: &[u32], names: &[Option<&str>]) -> Vec<u32> {
    let mut root: Vec<u32> = (0..groups.iter().copied().max().map_or(0, |most| most + 1)).collect();
    let find = |root: &[u32], mut at: u32| {
        while root[at as usize] != at {
            at = root[at as usize];
        }
        at
    };
    let mut first_of = std::collections::HashMap::new();
    for (&group, name) in groups.iter().zip(names) {
        let Some(name) = name else { continue };
        let other = *first_of.entry(*name).or_insert(group);
        let (left, right) = (find(&root, group), find(&root, other));
        root[left.max(right) as usize] = left.min(right);
    }
    let mut numbers = std::collections::HashMap::new();
    groups
        .iter()
        .map(|&group| {
            let fresh = numbers.len() as u32;
            *numbers.entry(find(&root, group)).or_insert(fresh)
        })
        .collect()
}

/// Assigns groups to `folds` folds so that lures and clean postings are spread evenly, whole groups together.
///
/// Groups are taken largest first (ties in seeded random order) and put where the fold is emptiest in the group's
/// own class. Returns the fold of every posting.
///
/// ```
/// use lurewatch::dataset::folds;
///
/// let fold = folds(&[0, 0, 1, 2, 3], &[true, true, false, true, false], 2, 0);
/// assert_eq!(fold[0], fold[1]);
/// assert_ne!(fold[0], fold[3]);
/// ```
#[must_use]
pub fn folds(groups: &[u32], is_lure: &[bool], folds: usize, seed: u64) -> Vec<usize> {
    let count = groups.iter().copied().max().map_or(0, |most| most as usize + 1);
    let mut sizes = vec![[0_usize; 2]; count];
    for (&group, &lure) in groups.iter().zip(is_lure) {
        sizes[group as usize][usize::from(lure)] += 1;
    }
    let mut order: Vec<usize> = (0..count).collect();
    Random::new(seed).shuffle(&mut order);
    order.sort_by_key(|&group| std::cmp::Reverse(sizes[group][0] + sizes[group][1]));
    let mut filled = vec![[0_usize; 2]; folds];
    let mut fold_of = vec![0; count];
    for group in order {
        let [clean, lures] = sizes[group];
        let class = usize::from(lures > clean);
        let best = (0..folds).min_by_key(|&fold| (filled[fold][class], filled[fold][1 - class], fold)).unwrap_or(0);
        fold_of[group] = best;
        filled[best][0] += clean;
        filled[best][1] += lures;
    }
    groups.iter().map(|&group| fold_of[group as usize]).collect()
}

/// A random run of 1 to `most` sentences of a posting, as a posting of its own; `None` when that would be all of it.
///
/// Training on cuts keeps a model from learning that lures are short.
#[must_use]
pub fn cut(posting: &Posting<'_>, most: usize, random: &mut Random) -> Option<Posting<'static>> {
    let sentences: Vec<(Field, &str)> = posting
        .pieces()
        .iter()
        .flat_map(|piece| sentences(&piece.text).into_iter().map(move |sentence| (piece.field, sentence)))
        .collect();
    if sentences.len() < 2 {
        return None;
    }
    let length = 1 + random.below(most.min(sentences.len() - 1));
    let start = random.below(sentences.len() - length + 1);
    let mut pieces: Vec<(Field, String)> = Vec::new();
    for &(field, sentence) in &sentences[start..start + length] {
        match pieces.last_mut() {
            Some((last, text)) if *last == field => text.push_str(sentence),
            _ => pieces.push((field, sentence.to_owned())),
        }
    }
    Some(Posting::from_pieces(pieces.into_iter().map(|(field, text)| (field, text.into()))))
}

/// The beginning of a posting, `characters` long or a little less: up to the last space, if there is one in the last
/// third. `None` when that would be all of it. This is what a preview or a truncated export shows.
#[must_use]
pub fn beginning(posting: &Posting<'_>, characters: usize) -> Option<Posting<'static>> {
    let mut left = characters;
    let mut kept: Vec<(Field, String)> = Vec::new();
    for piece in posting.pieces() {
        let Some((end, _)) = piece.text.char_indices().nth(left) else {
            left -= piece.text.chars().count();
            kept.push((piece.field, piece.text.to_string()));
            continue;
        };
        let head = &piece.text[..end];
        let end = head.rfind(char::is_whitespace).filter(|&space| space * 3 > end * 2).unwrap_or(end);
        kept.push((piece.field, piece.text[..end].to_owned()));
        return Some(Posting::from_pieces(kept.into_iter().map(|(field, text)| (field, text.into()))));
    }
    None
}

/// Some part of a posting: every other time a run of sentences, else its beginning of 60 to 240 characters.
#[must_use]
pub fn part(posting: &Posting<'_>, number: usize, most: usize, random: &mut Random) -> Option<Posting<'static>> {
    if number.is_multiple_of(2) { cut(posting, most, random) } else { beginning(posting, 60 + random.below(181)) }
}

/// The sentences of a text with the marks and spaces behind them; their concatenation is the text.
fn sentences(text: &str) -> Vec<&str> {
    let is_end =
        |c: char| matches!(c, '.' | '!' | '?' | '\n' | '。' | '！' | '？' | '；' | ';' | '।' | '။' | '។' | '…');
    let mut found = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if ended && !is_end(c) && !c.is_whitespace() {
            found.push(&text[start..at]);
            start = at;
            ended = false;
        }
        // A full stop inside a number or an address ends nothing.
        let inside = c == '.' && text[at + 1..].starts_with(char::is_alphanumeric);
        ended |= is_end(c) && !inside;
    }
    found.push(&text[start..]);
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_by_hand() {
        const CASES: &[(&str, &[&str])] = &[
            ("", &[]),
            ("One. Two!  Three", &["One. ", "Two!  ", "Three"]),
            ("Pay 1.500. Go to a.example now", &["Pay 1.500. ", "Go to a.example now"]),
            ("包吃住。月薪高！来", &["包吃住。", "月薪高！", "来"]),
            ("--\nA\n\nB", &["A\n\n", "B"]),
        ];
        for (text, expected) in CASES {
            assert_eq!(sentences(text), *expected, "sentences of {text:?}");
        }
    }

    #[test]
    fn cuts_are_shorter_and_come_from_the_posting() {
        let posting = Posting::from_text("One. Two. Three. Four.");
        let mut random = Random::new(3);
        for _ in 0..50 {
            let cut = cut(&posting, 5, &mut random).unwrap();
            assert!("One. Two. Three. Four.".contains(&*cut.pieces()[0].text));
            assert!(cut.pieces()[0].text.len() < 22);
        }
        assert!(cut(&Posting::from_text("Only one"), 5, &mut random).is_none());
    }

    #[test]
    fn names_join_groups_in_chains() {
        let names = [Some("a"), None, Some("b"), Some("a"), Some("b"), None];
        // Groups 0 and 3 share `a`, 2 and 4 share `b`; posting 5 is a near-duplicate of posting 0.
        assert_eq!(join_names(&[0, 1, 2, 3, 4, 0], &names), [0, 1, 2, 0, 2, 0]);
    }

    #[test]
    fn folds_keep_groups_and_spread_classes() {
        let groups: Vec<u32> = (0..100).map(|row| row / 2).collect();
        let is_lure: Vec<bool> = groups.iter().map(|group| group % 5 == 0).collect();
        let fold = folds(&groups, &is_lure, 5, 1);
        for row in (0..100).step_by(2) {
            assert_eq!(fold[row], fold[row + 1], "group of row {row}");
        }
        for wanted in 0..5 {
            let lures = (0..100).filter(|&row| fold[row] == wanted && is_lure[row]).count();
            assert_eq!(lures, 4, "lures of fold {wanted}");
        }
    }
}
