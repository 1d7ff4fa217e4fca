//! The names that columns have in real exports.

use std::{collections::HashMap, sync::OnceLock};

use unicode_normalization::UnicodeNormalization;

use crate::ingest::columns::Role;

/// Role, rank and names on every line; the file says what a rank is.
const TABLE: &str = include_str!("aliases.txt");

/// A header as names are compared: NFKC, lower case, without blanks, `_`, `-` and `.`.
pub(super) fn fold(header: &str) -> String {
    let is_ignored = |c: &char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}');
    if header.is_ascii() {
        return header.chars().filter(|c| !is_ignored(c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    header.nfkc().filter(|c| !is_ignored(c)).flat_map(char::to_lowercase).nfkc().collect()
}

/// How well `header` names `role`: 0 best; `None` not at all.
pub(super) fn rank_of(role: Role, header: &str) -> Option<u8> {
    static RANKS: OnceLock<HashMap<String, (Role, u8)>> = OnceLock::new();
    let ranks = RANKS.get_or_init(|| aliases().map(|(role, rank, name)| (fold(name), (role, rank))).collect());
    ranks.get(&fold(header)).filter(|(of, _)| *of == role).map(|&(_, rank)| rank)
}

fn aliases() -> impl Iterator<Item = (Role, u8, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).flat_map(|line| {
        let mut words = line.split_whitespace();
        let role = words.next().and_then(Role::from_name);
        let rank = words.next().and_then(|rank| rank.parse().ok());
        words.filter_map(move |name| Some((role?, rank?, name)))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::posting::Field;

    #[test]
    fn every_name_has_one_role() {
        let mut seen = BTreeMap::new();
        for (role, _, name) in aliases() {
            assert_eq!(seen.insert(fold(name), role), None, "`{name}` stands twice");
        }
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            assert!(words.next().is_some_and(|role| Role::from_name(role).is_some()), "role of {line:?}");
            assert!(words.next().is_some_and(|rank| rank.parse::<u8>().is_ok()), "rank of {line:?}");
        }
        assert!(Role::ALL.iter().all(|role| seen.values().any(|other| other == role)));
    }

    #[test]
    fn spelling_does_not_matter() {
        for header in ["jobDescription", "job_description", " Job Description ", "JOB-DESCRIPTION", "Job.Description"] {
            assert_eq!(rank_of(Role::Text(Field::Description), header), Some(0), "{header}");
        }
        assert_eq!(rank_of(Role::Text(Field::Title), "jobSubTitle"), None);
        // Composed and decomposed.
        for header in ["Mô tả", "Mo\u{302} ta\u{309}", "ＭÔ\u{a0}TẢ"] {
            assert_eq!(rank_of(Role::Text(Field::Description), header), Some(0), "{header}");
        }
        assert_eq!(rank_of(Role::Text(Field::Title), "ตำแหน่ง"), Some(0));
    }
}
