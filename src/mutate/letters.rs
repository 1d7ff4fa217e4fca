//! Other characters in the place of letters.

use crate::{
    mutate::chunks::{Kind, chunks},
    random::Random,
};

/// Latin letters and what looks like them: Cyrillic, Greek. As they look, so capitals differ from small letters.
const DOUBLES: &[(char, &[char])] = &[
    ('a', &['а', 'α']),
    ('c', &['с']),
    ('d', &['ԁ']),
    ('e', &['е']),
    ('h', &['һ']),
    ('i', &['і', 'ι']),
    ('j', &['ј']),
    ('l', &['ӏ']),
    ('o', &['о', 'ο']),
    ('p', &['р', 'ρ']),
    ('q', &['ԛ']),
    ('s', &['ѕ']),
    ('u', &['υ']),
    ('v', &['ѵ', 'ν']),
    ('w', &['ԝ', 'ω']),
    ('x', &['х', 'χ']),
    ('y', &['у']),
    ('A', &['А', 'Α']),
    ('B', &['В', 'Β']),
    ('C', &['С']),
    ('E', &['Е', 'Ε']),
    ('H', &['Н', 'Η']),
    ('I', &['І', 'Ι']),
    ('J', &['Ј']),
    ('K', &['К', 'Κ']),
    ('M', &['М', 'Μ']),
    ('N', &['Ν']),
    ('O', &['О', 'Ο']),
    ('P', &['Р', 'Ρ']),
    ('S', &['Ѕ']),
    ('T', &['Т', 'Τ']),
    ('X', &['Х', 'Χ']),
    ('Y', &['У', 'Υ']),
    ('Z', &['Ζ']),
];

/// Cyrillic letters of everyday Russian and the Latin letters that they are replaced by.
const LATIN_DOUBLES: &[(char, char)] = &[
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('Х', 'X'),
];

pub(super) fn look_alikes(text: &str, strength: f64, random: &mut Random) -> String {
    map_words(text, |word, out| {
        for c in word.chars() {
            out.push(double(c, random).filter(|_| random.chance(strength)).unwrap_or(c));
        }
    })
}

fn double(c: char, random: &mut Random) -> Option<char> {
    if c.is_ascii() {
        let (_, doubles) = DOUBLES.iter().find(|(latin, _)| *latin == c)?;
        return random.pick(doubles);
    }
    LATIN_DOUBLES.iter().find(|(cyrillic, _)| *cyrillic == c).map(|&(_, latin)| latin)
}

/// Digits and signs for letters, never the first of a word, never three in a row, and the last only behind one further in.
pub(super) fn leet(text: &str, strength: f64, random: &mut Random) -> String {
    map_words(text, |word, out| {
        let letters: Vec<char> = word.chars().collect();
        let (mut touched, mut row) = (0, 0);
        for (at, &c) in letters.iter().enumerate() {
            let neighbours = [at.checked_sub(1), Some(at + 1)].map(|at| at.and_then(|at| letters.get(at)).copied());
            let is_doubled = neighbours.contains(&Some(c));
            let may_end = at + 1 < letters.len() || touched > row;
            let sign = sign(c, is_doubled, random).filter(|_| at > 0 && may_end && row < 2 && random.chance(strength));
            row = if sign.is_some() { row + 1 } else { 0 };
            touched += usize::from(sign.is_some());
            out.push(sign.unwrap_or(c));
        }
    })
}

fn sign(c: char, is_doubled: bool, random: &mut Random) -> Option<char> {
    let signs: &[char] = match c.to_ascii_lowercase() {
        'a' => &['4', '4', '@'],
        'e' => &['3'],
        'i' if !is_doubled => &['1'],
        'o' => &['0'],
        's' => &['5', '5', '$'],
        't' => &['7'],
        _ => &[],
    };
    random.pick(signs)
}

pub(super) fn full_width(text: &str, strength: f64, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        for c in chunk.text.chars() {
            let may = chunk.kind != Kind::Contact && c.is_ascii_graphic() && random.chance(strength);
            out.push(if may { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c });
        }
    }
    out
}

/// `text` with every word of a script with spaces as `change` writes it.
fn map_words(text: &str, mut change: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        match chunk.kind {
            Kind::Letters => change(chunk.text, &mut out),
            _ => out.push_str(chunk.text),
        }
    }
    out
}
