//! What the ids of the built-in indicators mean, for people.
//!
//! The ids are those of the catalogue that the cues were written from: pay (P), requirements (R), role (J), employer (E),
//! contact (C), travel (T), conditions (K), appeal (V), style (W), signs of honest work (CN), signs that a text reports and
//! does not offer (G). A name says what the text says, never what anybody is.

/// An indicator's id, its short name, and one sentence about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CueName {
    /// Id, such as `P4`.
    pub id: &'static str,
    /// A few words, such as `everything paid`.
    pub name: &'static str,
    /// What a text says that shows it.
    pub about: &'static str,
}

/// Indicators that the catalogue grades as weak: common in ordinary adverts, never a reason to flag by themselves.
const WEAK: [&str; 8] = ["E2", "E5", "J6", "K6", "P3", "R4", "W2", "W5"];

/// Whether an indicator is weak: common in ordinary adverts.
///
/// ```
/// use lurewatch::features::cues::names::is_weak;
///
/// assert!(is_weak("R4") && !is_weak("P5"));
/// ```
#[must_use]
pub fn is_weak(id: &str) -> bool {
    WEAK.contains(&id)
}

/// Whether an id is one of a lure's indicators: `CN…` are signs of honest work and `G…` of a text that reports.
#[must_use]
pub fn is_indicator(id: &str) -> bool {
    !id.starts_with("CN") && !id.starts_with('G')
}

/// Every indicator of the catalogue, in its order.
pub const CATALOGUE: &[CueName] = &[
    named("P1", "pay above the going rate", "pay far above what the stated skill and place normally earn"),
    named("P2", "pay in dollars or crypto", "pay quoted in dollars or stablecoins for people hired elsewhere"),
    named("P3", "uncapped commission", "commission without limit on a product that is not named"),
    named("P4", "everything paid", "flight, visa, hotel, food and lodging are all paid for"),
    named("P5", "cash now, debts settled", "an advance on departure, or repayment of the seeker's debts"),
    named("P6", "easy work", "light work for high pay"),
    named("R1", "no experience asked", "neither experience nor schooling is asked for"),
    named("R2", "typing is the test", "typing speed is the skill that is tested"),
    named("R3", "language and chat", "a foreign language, a computer and chatting, nothing else"),
    named("R4", "age or sex stated", "an age range or a sex is asked for; common in ordinary adverts"),
    named("R5", "passport is the requirement", "having, or not needing, a passport is what is asked"),
    named("J1", "screen work, product unnamed", "customer service, chat, data entry or marketing of nothing named"),
    named("J2", "gambling work", "online casino, betting or game promotion"),
    named("J3", "crypto or investment work", "customer service or sales of crypto, forex or investments"),
    named("J4", "fraud trade named", "the text names a trade of fraud, in plain words or in slang"),
    named("J5", "vague duties", "no task, tool, product or team is described"),
    named("J6", "trained on site", "training from nothing, abroad"),
    named("E1", "employer unnamed", "a foreign or large company without a name"),
    named("E2", "no address", "neither a workplace nor an agency has an address"),
    named("E3", "identity mismatch", "mailbox, domain and company name do not fit together"),
    named("E4", "no agency, direct hire", "licensed agencies or official channels are said not to be needed"),
    named("E5", "luxury pictures", "hotel and pool stand for the office"),
    named("E6", "denial before anyone asked", "not a scam, passports not kept, nobody beaten"),
    named("C1", "messenger is the channel", "a chat application is the way to answer"),
    named("C2", "phone of another country", "the phone's country is not the advert's"),
    named("C3", "moved to another platform", "details only by private message elsewhere"),
    named("C4", "handle shared by campaigns", "one contact under many employers or cities"),
    named("C5", "papers at first contact", "passport, identity or bank data before an interview"),
    named("C6", "secrecy", "delete the chat, travel as a tourist, do not tell the family"),
    named("C7", "agent in a third country", "the recruiter is neither here nor where the work is"),
    named("C8", "bounty for bringing people", "a reward for friends who come along"),
    named("T1", "place known for compounds", "a town where compounds were found; most people there have ordinary jobs"),
    named("T2", "place changes", "two countries or a border town: the place advertised may not be the place of work"),
    named("T3", "tourist visa, papers later", "enter as a tourist, convert later, or no visa needed"),
    named("T4", "escorted route", "pick-up, driver or help at immigration all the way"),
    named("T5", "immediate departure", "leave at once, within days"),
    named("T6", "abroad, country unnamed", "work overseas without the country"),
    named("K1", "excessive hours", "twelve-hour shifts, two days off a month"),
    named("K2", "closed site, dormitory", "work, sleep and shop inside one compound"),
    named("K3", "penalty for leaving", "a fixed term, and money to pay for leaving"),
    named("K4", "quota", "daily or weekly targets"),
    named("K5", "passport or phone kept", "the company keeps passports or phones"),
    named("K6", "fee to the seeker", "a fee or deposit; points to fee fraud more than to compounds"),
    named("V1", "appeal to debt", "addresses people in debt or in need of money"),
    named("V2", "record tolerated", "frozen accounts or a criminal record are no obstacle"),
    named("V3", "students, school leavers", "addresses pupils, students or people just out of school"),
    named("V4", "appeal to daring", "addresses people who dare, or who have nothing to lose"),
    named("V5", "nationality sought elsewhere", "people of one country sought for work in another"),
    named("W1", "disguised spelling", "homophones, emoji as words, look-alike or spaced letters"),
    named("W2", "emoji and capitals", "many emoji or capitals"),
    named("W3", "template", "the same text under other titles or cities"),
    named("W4", "mixed languages", "trade words of another language"),
    named("W5", "urgency", "few places left, apply at once"),
    named("W6", "missing structure", "no company, address or closing date"),
    named("CN1", "licence number", "the number of a registered agency, which can be looked up"),
    named("CN2", "official placement", "a job order or a government placement channel"),
    named("CN3", "no fee, in so many words", "the employer pays all costs of recruitment"),
    named("CN4", "named employer", "an employer with a site and mailbox of its own"),
    named("CN5", "workplace address", "the full address of the workplace"),
    named("CN6", "concrete duties", "tasks, tools, products, team, reporting line"),
    named("CN7", "fitting requirements", "experience, degree or certificate that fits the pay"),
    named("CN8", "hiring in several steps", "interview on the premises, medical, contract before travel"),
    named("CN9", "work permit by its name", "sponsorship of a permit by its legal title"),
    named("CN10", "statutory benefits", "social insurance, annual leave, weekly rest day"),
    named("CN11", "equal opportunity notice", "an equal-opportunity or data-protection notice"),
    named("CN12", "market pay", "a salary within the usual band, in local currency"),
    named("CN13", "company contact", "application by company mailbox, landline or form"),
    named("CN14", "domestic, commuting", "work near home, without moving"),
    named("CN15", "ordinary trade", "the furniture of real work: trades, machines, places, goods"),
    named("CN16", "normal hiring steps", "CV, originals, trial day, notice period"),
    named("G1", "warning or advice", "the text warns or advises"),
    named("G2", "police, court, rescue", "the text tells of police, courts or rescues"),
    named("G3", "victim's account", "the text tells what somebody was promised or went through"),
    named("G4", "asks whether it is genuine", "the text asks others about an offer"),
    named("G5", "media, ministry or NGO", "the text speaks as press, ministry, embassy or NGO"),
];

const fn named(id: &'static str, name: &'static str, about: &'static str) -> CueName {
    CueName { id, name, about }
}

/// The entry of an id; `None` for ids of a user's own cues.
///
/// ```
/// use lurewatch::features::cues::names;
///
/// assert_eq!(names::of("P4").map(|cue| cue.name), Some("everything paid"));
/// assert_eq!(names::of("MY-1"), None);
/// ```
#[must_use]
pub fn of(id: &str) -> Option<&'static CueName> {
    CATALOGUE.iter().find(|cue| cue.id == id)
}

/// The short name of a cue as it stands in reasons and features: with its suffix, or two that meet.
///
/// ```
/// use lurewatch::features::cues::names::readable;
///
/// assert_eq!(readable("P4").as_deref(), Some("everything paid"));
/// assert_eq!(readable("C6~reported").as_deref(), Some("secrecy (reported)"));
/// assert_eq!(readable("K5~negated").as_deref(), Some("passport or phone kept (denied)"));
/// assert_eq!(readable("P4+T1").as_deref(), Some("everything paid + place known for compounds"));
/// assert_eq!(readable("P4+MY-1"), None);
/// ```
#[must_use]
pub fn readable(cue: &str) -> Option<String> {
    let parts: Option<Vec<String>> = cue.split('+').map(readable_one).collect();
    parts.map(|parts| parts.join(" + "))
}

fn readable_one(cue: &str) -> Option<String> {
    let (id, mode) = match cue.split_once('~') {
        None => (cue, ""),
        Some((id, "negated")) => (id, " (denied)"),
        Some((id, "reported")) => (id, " (reported)"),
        Some(_) => return None,
    };
    Some(format!("{}{mode}", of(id)?.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::cues::{CueMode, CueTable};

    #[test]
    fn every_built_in_cue_has_a_name_in_every_mode() {
        for id in CueTable::built_in().ids() {
            for mode in CueMode::ALL {
                let cue = format!("{id}{}", mode.suffix());
                assert!(readable(&cue).is_some(), "{cue} has no name");
            }
        }
    }

    #[test]
    fn ids_and_names_are_unique_and_accuse_nobody() {
        for (at, cue) in CATALOGUE.iter().enumerate() {
            let others = &CATALOGUE[at + 1..];
            assert!(others.iter().all(|other| other.id != cue.id && other.name != cue.name), "{cue:?} is doubled");
            let text = format!("{} {}", cue.name, cue.about);
            assert!(!text.contains("traffick") && !text.contains("guilty"), "{cue:?}");
        }
    }
}
