//! The words and sentences that generated adverts are made of.

use std::{collections::HashMap, sync::LazyLock};

use crate::random::Random;

/// Words that a language has beside those that are listed; they are put together from its syllables.
const INVENTED: usize = 100_000;
/// Of so many words of running text, one is invented.
const ONE_INVENTED_IN: usize = 9;

/// The languages, English first.
pub(super) static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| read(include_str!("words.txt")));

static RARE: LazyLock<Zipf> = LazyLock::new(|| Zipf::new(INVENTED));

/// What adverts in one language are made of.
#[derive(Debug)]
pub(super) struct Language {
    /// Its code.
    pub(super) code: &'static str,
    /// Whether words are set apart by spaces.
    pub(super) has_spaces: bool,
    parts: HashMap<&'static str, Vec<&'static str>>,
    words: Vec<&'static str>,
    frequency: Zipf,
    syllables: Vec<&'static str>,
}

/// Ranks whose frequency falls as in text: proportional to 1 ÷ (rank + 2.7), the form that Mandelbrot gave Zipf's law.
///
/// Only sums and quotients are used, which are the same on every machine.
#[derive(Debug)]
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        Self(
            (0..ranks)
                .map(|rank| {
                    sum += 1.0 / (rank as f64 + 2.7);
                    sum
                })
                .collect(),
        )
    }

    fn rank(&self, random: &mut Random) -> usize {
        let share = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let wanted = share * self.0.last().copied().unwrap_or(0.0);
        self.0.partition_point(|&sum| sum <= wanted).min(self.0.len().saturating_sub(1))
    }
}

impl Language {
    fn new(code: &'static str) -> Self {
        let has_spaces = !matches!(code, "zh" | "th");
        let (parts, words, syllables) = Default::default();
        Self { code, has_spaces, parts, words, frequency: Zipf(Vec::new()), syllables }
    }

    /// One of the texts of a part, each as likely as the other.
    pub(super) fn one_of(&self, part: &str, random: &mut Random) -> &'static str {
        self.parts.get(part).map_or("", |texts| texts[random.below(texts.len())])
    }

    /// Appends a word of running text.
    pub(super) fn word(&self, random: &mut Random, into: &mut String) {
        if random.below(ONE_INVENTED_IN) > 0 {
            return into.push_str(self.words[self.frequency.rank(random)]);
        }
        // The rank alone decides how a rare word is spelled, so that it comes again.
        let mut spelling = Random::new(RARE.rank(random) as u64 + 1);
        let syllables = if self.has_spaces { 2 + spelling.below(3) } else { 2 };
        for _ in 0..syllables {
            into.push_str(self.syllables[spelling.below(self.syllables.len())]);
        }
    }

    /// Appends a text with its blanks filled.
    pub(super) fn fill(&self, text: &str, random: &mut Random, into: &mut String) {
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            into.push_str(before);
            let (blank, behind) = behind.split_once('}').unwrap_or((behind, ""));
            match blank {
                "n" => into.push_str(&number(random).to_string()),
                "w" => self.word(random, into),
                part => self.fill(self.one_of(part, random), random, into),
            }
            rest = behind;
        }
        into.push_str(rest);
    }
}

/// Small numbers are common, large ones round.
fn number(random: &mut Random) -> usize {
    match random.below(3) {
        0 => 1 + random.below(9),
        1 => 10 + random.below(90),
        _ => 100 * (1 + random.below(900)),
    }
}

fn read(table: &'static str) -> Vec<Language> {
    let mut languages: Vec<Language> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (code, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (part, text) = rest.split_once(' ').unwrap_or((rest, ""));
        if languages.iter().all(|language| language.code != code) {
            languages.push(Language::new(code));
        }
        let Some(language) = languages.iter_mut().find(|language| language.code == code) else { continue };
        match part {
            "words" => language.words.extend(text.split(' ')),
            "syllables" => language.syllables.extend(text.split(' ')),
            part => language.parts.entry(part).or_default().push(text),
        }
    }
    for language in &mut languages {
        language.frequency = Zipf::new(language.words.len());
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blank_can_be_filled() {
        for language in LANGUAGES.iter() {
            let code = language.code;
            assert!(!language.words.is_empty() && !language.syllables.is_empty(), "{code}");
            for part in ["title", "place", "company", "salary", "benefit", "requirement", "sentence"] {
                assert!(language.parts.contains_key(part), "{code}: no {part}");
            }
            for text in language.parts.values().flatten() {
                for blank in text.split('{').skip(1) {
                    let (name, _) = blank.split_once('}').unwrap();
                    assert!(matches!(name, "n" | "w") || language.parts.contains_key(name), "{code}: {text}");
                }
            }
        }
    }

    #[test]
    fn frequent_words_come_first() {
        let zipf = Zipf::new(1_000);
        let mut random = Random::new(1);
        let mut seen = vec![0_u32; 1_000];
        for _ in 0..100_000 {
            seen[zipf.rank(&mut random)] += 1;
        }
        // 1 ÷ 2.7 against 1 ÷ 11.7: 4.3 times as often.
        assert!(seen[0] > 3 * seen[9] && seen[0] < 6 * seen[9], "{} {}", seen[0], seen[9]);
        assert!(seen[9] > 5 * seen[200], "{} {}", seen[9], seen[200]);
    }
}
