//! The tables that come with lurewatch: exchange rates, going rates, places, words.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    features::values::words::{Collected, LANGUAGES, Meaning, Phrases, Role},
    flat::{
        store::{Reader, Writer},
        strings::Strings,
    },
};

/// A currency.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Currency {
    pub(super) code: String,
    /// US dollars that one unit is worth.
    pub(super) usd: f64,
}

/// A country, and what work pays there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Country {
    pub(super) code: String,
    /// Index of its currency.
    pub(super) currency: usize,
    /// Whether wages there are quoted in US dollars as a matter of course.
    pub(super) pays_dollars: bool,
    /// Typical US dollars a month in service work, at a desk, in skilled work.
    pub(super) going: [f64; 3],
}

/// What a place is known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PlaceKind {
    /// Compounds were found there.
    Compound,
    /// A border town or corridor by which people are taken to compounds.
    Crossing,
    City,
    Country,
}

impl PlaceKind {
    /// All kinds, by number.
    const ALL: [Self; 4] = [Self::Compound, Self::Crossing, Self::City, Self::Country];
}

/// A place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) country: usize,
    pub(super) kind: PlaceKind,
}

/// All tables.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tables {
    pub(super) currencies: Vec<Currency>,
    /// Which currencies share a name, the usual one first.
    pub(super) shared: Vec<Vec<usize>>,
    pub(super) countries: Vec<Country>,
    pub(super) places: Vec<Place>,
    /// Countries by calling code.
    pub(super) calling: BTreeMap<String, Vec<usize>>,
    pub(super) phrases: Phrases,
}

/// The built-in tables: from the compact form of the model that comes with the program if that was opened first, else
/// read when they are asked for, which takes as long as ten adverts and more.
pub(super) static TABLES: LazyLock<&'static Tables> = LazyLock::new(|| READY.get_or_init(Tables::built_in));

static READY: OnceLock<Tables> = OnceLock::new();

/// Appends the built-in tables to a compact form.
pub(crate) fn write(into: &mut Writer) {
    Tables::built_in().write(into);
}

/// Makes the tables of a compact form those that are used, if none are yet.
pub(crate) fn read(from: &mut Reader) -> Result<(), String> {
    let tables = Tables::read(from)?;
    READY.get_or_init(|| tables);
    Ok(())
}

#[derive(Deserialize)]
struct RateRow {
    currency: String,
    usd: f64,
    aliases: String,
    shared: String,
}

#[derive(Deserialize)]
struct CallingRow {
    code: String,
    countries: String,
}

#[derive(Deserialize)]
struct GoingRow {
    country: String,
    currency: String,
    dollar_wages: String,
    low: f64,
    desk: f64,
    skilled: f64,
}

#[derive(Deserialize)]
struct PlaceRow {
    kind: PlaceKind,
    country: String,
    names: String,
}

#[derive(Deserialize)]
struct WordRow {
    role: Role,
    value: f64,
    language: String,
    words: String,
}

fn rows<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("the built-in tables are read in a test")).collect()
}

/// Writes lists of indices.
fn write_lists<'a>(lists: impl Iterator<Item = &'a Vec<usize>> + Clone, into: &mut Writer) {
    into.array(&lists.clone().map(|list| list.len() as u32).collect::<Vec<_>>());
    into.array(&lists.flatten().map(|&index| index as u32).collect::<Vec<_>>());
}

fn read_lists(from: &mut Reader) -> Result<Vec<Vec<usize>>, String> {
    let (lengths, members) = (from.array::<u32>()?, from.array::<u32>()?);
    let mut members = members.iter().map(|&index| index as usize);
    Ok(lengths.iter().map(|&length| members.by_ref().take(length as usize).collect()).collect())
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim).filter(|name| !name.is_empty())
}

impl Tables {
    fn built_in() -> Self {
        let mut phrases = Collected::default();
        for row in rows::<WordRow>(include_str!("words.csv")) {
            let known = LANGUAGES.iter().position(|&(language, _)| language == row.language);
            let language = known.map_or(0, |at| at as u8 + 1);
            for word in names(&row.words) {
                phrases.add(word, Meaning { role: row.role, value: row.value, language });
            }
        }
        let rates = rows::<RateRow>(include_str!("rates.csv"));
        let mut shared: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, row) in rates.iter().enumerate() {
            for name in names(&row.aliases) {
                phrases.add(name, Meaning { role: Role::Currency, value: at as f64, language: 0 });
            }
            for name in names(&row.shared) {
                shared.entry(name).or_default().push(at);
            }
        }
        for (at, name) in shared.keys().enumerate() {
            phrases.add(name, Meaning { role: Role::Shared, value: at as f64, language: 0 });
        }
        let currency = |code: &str| rates.iter().position(|row| row.currency == code).unwrap_or_default();
        let countries: Vec<Country> = rows::<GoingRow>(include_str!("going_rates.csv"))
            .into_iter()
            .map(|row| Country {
                currency: currency(&row.currency),
                pays_dollars: row.dollar_wages == "yes",
                going: [row.low, row.desk, row.skilled],
                code: row.country,
            })
            .collect();
        let mut places = Vec::new();
        for row in rows::<PlaceRow>(include_str!("places.csv")) {
            let country = countries.iter().position(|country| country.code == row.country);
            let country = country.expect("that every place has its country is a test");
            for name in names(&row.names) {
                phrases.add(name, Meaning { role: Role::Place, value: places.len() as f64, language: 0 });
            }
            places.push(Place { country, kind: row.kind });
        }
        let position = |code: &str| countries.iter().position(|country| country.code == code);
        let calling = rows::<CallingRow>(include_str!("calling_codes.csv"))
            .into_iter()
            .map(|row| (row.code, names(&row.countries).filter_map(position).collect()))
            .collect();
        let shared = shared.into_values().collect();
        let currencies =
            rates.into_iter().map(|row| Currency { code: row.currency, usd: row.usd }).collect::<Vec<Currency>>();
        Self { currencies, shared, countries, places, calling, phrases: phrases.finish() }
    }

    fn write(&self, into: &mut Writer) {
        let Self { currencies, shared, countries, places, calling, phrases } = self;
        phrases.write(into);
        Strings::new(currencies.iter().map(|currency| currency.code.as_str())).write(into);
        into.array(&currencies.iter().map(|currency| currency.usd).collect::<Vec<_>>());
        write_lists(shared.iter(), into);
        Strings::new(countries.iter().map(|country| country.code.as_str())).write(into);
        into.array(&countries.iter().map(|country| country.going).collect::<Vec<_>>());
        let money = |country: &Country| [country.currency as u32, u32::from(country.pays_dollars)];
        into.array(&countries.iter().map(money).collect::<Vec<_>>());
        into.array(&places.iter().map(|place| [place.country as u32, place.kind as u32]).collect::<Vec<_>>());
        Strings::new(calling.keys().map(String::as_str)).write(into);
        write_lists(calling.values(), into);
    }

    fn read(from: &mut Reader) -> Result<Self, String> {
        let phrases = Phrases::read(from)?;
        let (codes, usd) = (Strings::read(from)?, from.array::<f64>()?);
        let currencies = codes.iter().zip(usd.iter()).map(|(code, &usd)| Currency { code: code.to_owned(), usd });
        let shared = read_lists(from)?;
        let (codes, going, money) = (Strings::read(from)?, from.array::<[f64; 3]>()?, from.array::<[u32; 2]>()?);
        let countries =
            codes.iter().zip(going.iter()).zip(money.iter()).map(|((code, &going), &[currency, dollars])| Country {
                code: code.to_owned(),
                currency: currency as usize,
                pays_dollars: dollars != 0,
                going,
            });
        let place = |&[country, kind]: &[u32; 2]| {
            let kind = *PlaceKind::ALL.get(kind as usize).ok_or("a place is of a kind that there is not")?;
            Ok(Place { country: country as usize, kind })
        };
        Ok(Self {
            currencies: currencies.collect(),
            shared,
            countries: countries.collect(),
            places: from.array()?.iter().map(place).collect::<Result<_, &str>>()?,
            calling: Strings::read(from)?.iter().map(str::to_owned).zip(read_lists(from)?).collect(),
            phrases,
        })
    }

    /// The country with this code.
    pub(super) fn country(&self, code: &str) -> Option<usize> {
        self.countries.iter().position(|country| country.code == code)
    }

    /// The country that a currency makes one think of: the first that has it, none for dollars.
    pub(super) fn home_of(&self, currency: usize) -> Option<usize> {
        let code = self.currencies[currency].code.as_str();
        match code {
            "USD" | "USDT" => None,
            "EUR" => self.country("DE"),
            _ => self.countries.iter().position(|country| country.currency == currency),
        }
    }

    /// The code of a currency.
    pub(super) fn code(&self, currency: usize) -> &str {
        &self.currencies[currency].code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_compact_form_is_what_is_read() {
        crate::Model::embedded().unwrap();
        assert!(**TABLES == Tables::built_in());
    }

    #[test]
    fn built_in_tables_follow_their_form() {
        assert!(TABLES.currencies.len() > 60 && TABLES.countries.len() > 80 && TABLES.places.len() > 100);
        let rates = rows::<RateRow>(include_str!("rates.csv"));
        for row in rows::<GoingRow>(include_str!("going_rates.csv")) {
            assert!(rates.iter().any(|rate| rate.currency == row.currency), "currency of {}", row.country);
            assert!(row.low <= row.desk && row.desk <= row.skilled, "order of pay in {}", row.country);
            assert!(matches!(row.dollar_wages.as_str(), "yes" | "no"), "dollar wages of {}", row.country);
        }
        for row in rows::<PlaceRow>(include_str!("places.csv")) {
            assert!(TABLES.country(&row.country).is_some(), "country of {}", row.names);
        }
        for row in rows::<CallingRow>(include_str!("calling_codes.csv")) {
            for country in names(&row.countries) {
                assert!(TABLES.country(country).is_some(), "country of +{}", row.code);
            }
            let longer = TABLES.calling.keys().filter(|code| code.starts_with(&row.code));
            assert_eq!(longer.count(), 1, "+{} is the beginning of another", row.code);
        }
        for row in rows::<WordRow>(include_str!("words.csv")) {
            let known = LANGUAGES.iter().any(|&(language, _)| language == row.language);
            assert!(known || row.language.is_empty(), "language of {}", row.words);
        }
    }
}
