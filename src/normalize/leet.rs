//! Digits and signs that stand for letters: `c4sin0 w0rk`.
//!
//! Read as letters only where a number would be odd. Amounts (`Rp15jt`, `P45k`), times (`8h30`) and names with a
//! number behind (`covid19`, `mp3`) stay what they are.

/// The letter that a digit or sign stands for.
fn letter(b: u8) -> Option<char> {
    Some(match b {
        b'0' => 'o',
        b'1' => 'i',
        b'3' => 'e',
        b'4' | b'@' => 'a',
        b'5' | b'$' => 's',
        b'7' => 't',
        _ => return None,
    })
}

/// Appends the letters that the run `signs` stands for; a doubled `1` is `ll`, since no `ii` is written.
pub(super) fn read(signs: &str, word: &mut String) {
    let mut bytes = signs.bytes().peekable();
    while let Some(b) = bytes.next() {
        if b == b'1' && bytes.next_if_eq(&b'1').is_some() {
            word.push_str("ll");
        } else {
            word.extend(letter(b));
        }
    }
}

/// How many bytes of `rest`, which follows the folded letters `word`, are a run of signs to be read as letters.
///
/// `before` says how many the word had already.
pub(super) fn run_at(word: &str, rest: &str, before: usize) -> Option<usize> {
    let run = &rest[..rest.bytes().take_while(|&b| letter(b).is_some()).count()];
    let after = &rest[run.len()..];
    let first = *run.as_bytes().first()?;
    if word.is_empty() {
        return (run.len() == 1 && (first == b'$' || (first == b'0' && after.starts_with(is_latin)))).then_some(1);
    }
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_letters = if after.starts_with(is_latin) {
        run.len() <= 3 && (before > 0 || !is_amount(word, first, run, after))
    } else {
        !goes_on(after) && ends_word(word, run, after, before)
    };
    is_letters.then_some(run.len())
}

/// Whether the sign at `at` is the first letter of a word: `$alary`, but not `$usdt` or `$500`.
pub(super) fn sign_begins_word(text: &str, at: usize) -> bool {
    let Some(after) = text[at..].strip_prefix('$') else { return false };
    let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
    letters >= 4 && &after[..letters] != "usdt" && !text[..at].ends_with(char::is_alphanumeric)
}

/// Signs behind the last letter of a word.
fn ends_word(word: &str, run: &str, after: &str, before: usize) -> bool {
    match run {
        _ if before > 0 => run.len() <= 2,
        "33" | "55" | "11" => word.len() >= 2 && !is_currency(word) && word != "no",
        "0" => word.len() >= 3 && !is_currency(word),
        "$" => word.len() >= 4 && !after.trim_start().starts_with(|c: char| c.is_ascii_digit()),
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
fn is_amount(word: &str, first: u8, run: &str, after: &str) -> bool {
    const SCALES: [&str; 8] = ["k", "jt", "tr", "rb", "mil", "juta", "ribu", "trieu"];
    if first == b'0' || !run.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let unit = &after[..after.bytes().take_while(u8::is_ascii_alphabetic).count()];
    let is_whole = !after[unit.len()..].starts_with(char::is_alphanumeric);
    let is_scale = SCALES.iter().any(|scale| unit.eq_ignore_ascii_case(scale));
    let is_time = matches!(unit, "am" | "pm");
    let is_long = run.len() > 1;
    let reads_as_ee = run == "33" && word != "p";
    let has_unit = ((is_long || word.len() == 1) && is_scale) || (is_long && is_time);
    is_currency(word) || (is_whole && has_unit && !reads_as_ee)
}

fn is_currency(word: &str) -> bool {
    const CURRENCIES: [&str; 31] = [
        "rp", "rm", "rs", "us", "php", "usd", "sgd", "myr", "idr", "inr", "thb", "hkd", "cny", "rmb", "vnd", "aed",
        "nt", "ntd", "twd", "krw", "jpy", "kes", "ksh", "gbp", "eur", "bdt", "npr", "pkr", "mmk", "khr", "usdt",
    ];
    CURRENCIES.contains(&word)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || (matches!(c as u32, 0xC0..=0x24F | 0x1E00..=0x1EFF) && c.is_alphabetic())
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
