//! Digits and signs that stand for letters: `c4sin0 w0rk`.
//!
//! Read as letters only where a number would be odd. Amounts (`Rp15jt`, `P45k`), times (`8h30`) and names with a
//! number behind (`covid19`, `mp3`) stay what they are.

use crate::normalize::{
    classes::{Class, class},
    scripts::resembles_latin,
};

/// The letter that a digit or sign stands for.
fn letter(sign: char) -> Option<char> {
    Some(match sign {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
}

/// Full-width forms as ASCII, everything else as it is.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_visible(c: char) -> bool {
    class(c) != Class::Ignorable
}

/// Appends the letters that the run `signs` stands for; a doubled `1` is `ll`, since no `ii` is written.
pub(super) fn read(signs: &str, word: &mut String) {
    let mut signs = signs.chars().filter(|&c| is_visible(c)).map(narrow).peekable();
    while let Some(sign) = signs.next() {
        if sign == '1' && signs.next_if_eq(&'1').is_some() {
            word.push_str("ll");
        } else {
            word.extend(letter(sign));
        }
    }
}

/// Signs in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    signs: [char; MOST],
    /// How many they are.
    pub(super) count: usize,
    /// How many bytes they take, with invisible characters between and behind them.
    pub(super) len: usize,
}

/// The most signs that are read as letters in a row.
const MOST: usize = 3;

impl Run {
    fn at(rest: &str) -> Option<Self> {
        letter(narrow(rest.chars().next()?))?;
        let mut run = Self { signs: [' '; MOST], count: 0, len: 0 };
        for c in rest.chars() {
            let sign = narrow(c);
            if letter(sign).is_some() {
                *run.signs.get_mut(run.count)? = sign;
                run.count += 1;
            } else if is_visible(c) {
                break;
            }
            run.len += c.len_utf8();
        }
        Some(run)
    }

    fn signs(&self) -> &[char] {
        &self.signs[..self.count]
    }
}

/// The run of signs at the beginning of `rest`, if they are to be read as letters behind the folded letters `word`.
///
/// `before` says how many signs the word had already.
pub(super) fn run_at(word: &str, rest: &str, before: usize) -> Option<Run> {
    let run = Run::at(rest)?;
    let after = &rest[run.len..];
    let is_letters = if word.is_empty() {
        matches!(run.signs(), ['$']) || (matches!(run.signs(), ['0']) && after.starts_with(is_latin))
    } else if !word.ends_with(is_latin) {
        false
    } else if after.starts_with(is_latin) {
        before > 0 || !is_amount(word, &run, after)
    } else {
        !goes_on(after) && ends_word(word, &run, after, before)
    };
    is_letters.then_some(run)
}

/// Whether the sign at `at` is the first letter of a word: `$alary`, but not `$usdt` or `$500`.
pub(super) fn sign_begins_word(text: &str, at: usize) -> bool {
    let Some(after) = text[at..].strip_prefix('$') else { return false };
    let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
    letters >= 4 && &after[..letters] != "usdt" && !text[..at].ends_with(char::is_alphanumeric)
}

/// Signs behind the last letter of a word.
fn ends_word(word: &str, run: &Run, after: &str, before: usize) -> bool {
    match run.signs() {
        signs if before > 0 => signs.len() <= 2,
        ['3', '3'] | ['5', '5'] | ['1', '1'] => word.len() >= 2 && !is_currency(word) && word != "no",
        ['0'] => word.len() >= 3 && !is_currency(word),
        ['$'] => word.len() >= 4 && !after.trim_start().starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

/// Whether what follows a run makes it a part of something longer: `a4-5`, `no33.5`.
fn goes_on(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some(c) if c.is_alphanumeric() => true,
        Some('.' | ',' | '-' | '/' | ':') => chars.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a run between letters is an amount: `rp15jt`, `rm5k`.
fn is_amount(word: &str, run: &Run, after: &str) -> bool {
    const SCALES: [&str; 8] = ["k", "jt", "tr", "rb", "mil", "juta", "ribu", "trieu"];
    if run.signs[0] == '0' || !run.signs().iter().all(char::is_ascii_digit) {
        return false;
    }
    let mut behind = after.chars().filter(|&c| is_visible(c)).map(narrow).peekable();
    let mut unit = String::new();
    while let Some(c) = behind.next_if(char::is_ascii_alphabetic) {
        unit.push(c.to_ascii_lowercase());
    }
    let is_whole = !behind.peek().is_some_and(|c| c.is_alphanumeric());
    let is_long = run.count > 1;
    let has_unit = ((is_long || word.len() == 1) && SCALES.contains(&unit.as_str()))
        || (is_long && matches!(unit.as_str(), "am" | "pm"));
    let reads_as_ee = run.signs() == ['3', '3'] && word != "p";
    is_currency(word) || (is_whole && has_unit && !reads_as_ee)
}

fn is_currency(word: &str) -> bool {
    const CURRENCIES: [&str; 31] = [
        "rp", "rm", "rs", "us", "php", "usd", "sgd", "myr", "idr", "inr", "thb", "hkd", "cny", "rmb", "vnd", "aed",
        "nt", "ntd", "twd", "krw", "jpy", "kes", "ksh", "gbp", "eur", "bdt", "npr", "pkr", "mmk", "khr", "usdt",
    ];
    CURRENCIES.contains(&word)
}

/// A Latin letter, or one that passes for it.
fn is_latin(c: char) -> bool {
    let c = narrow(c);
    c.is_ascii_alphabetic()
        || (matches!(c as u32, 0xC0..=0x24F | 0x1E00..=0x1EFF) && c.is_alphabetic())
        || resembles_latin(c)
}

#[cfg(test)]
mod tests {
    use crate::normalize::plain;

    #[test]
    fn signs_are_letters_inside_words_only() {
        const CASES: &[(&str, &str)] = &[
            ("s4l4ry m0n3y h1gh p4y", "salary money high pay"),
            ("1000% fr33", "⟨n4⟩ free"),
            ("e45y pa55port c00k", "easy passport cook"),
            ("p3r w33k we3k t3am", "per week week team"),
            ("ca11 busine55 zal0", "call business zalo"),
            ("$alary bonu$", "salary bonus"),
            ("l4o động vi3t", "lao dong viet"),
            ("empl0y33", "employee"),
            ("ｓ４l\u{200b}4\u{200b}ry tоur1ѕt", "salary tourist"),
            ("P15ｋ Rp1\u{200b}5\u{200b}jt", "p ⟨n2⟩ k rp ⟨n2⟩ jt"),
            ("Rp15jt P45k RM350k rp5jt", "rp ⟨n2⟩ jt p ⟨n2⟩ k rm ⟨n3⟩ k rp ⟨n1⟩ jt"),
            ("8h30m 4d3n", "⟨n1⟩ h ⟨n2⟩ m ⟨n1⟩ d ⟨n1⟩ n"),
            ("covid19 web3 mp3 win10", "covid ⟨n2⟩ web ⟨n1⟩ mp ⟨n1⟩ win ⟨n2⟩"),
            ("$500 US$ 20 $usdt", "$ ⟨n3⟩ us $ ⟨n2⟩ $ usdt"),
        ];
        for (text, expected) in CASES {
            assert_eq!(plain(text), *expected, "plain form of {text:?}");
        }
    }
}
