//! Which header plays which role; exact, never guessed.

use std::{fmt, path::Path, str::FromStr};

use crate::{
    error::{Error, Result},
    ingest::aliases::rank_of,
    posting::Field,
};

/// What a column is to lurewatch; a column without a role travels through untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Name of the row.
    Id,
    /// Text of the posting.
    Text(Field),
    /// Address of the posting.
    Url,
    /// When it was posted.
    PostedAt,
    /// Its language.
    Language,
    /// Lure or clean, in labelled files.
    Label,
    /// Rows that belong together, in labelled files.
    Group,
    /// Where the row was taken from, in labelled files.
    Source,
}

impl Role {
    /// Every role, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::Id,
        Self::Text(Field::Title),
        Self::Text(Field::Company),
        Self::Text(Field::Location),
        Self::Text(Field::Salary),
        Self::Text(Field::Description),
        Self::Text(Field::Requirements),
        Self::Text(Field::Benefits),
        Self::Text(Field::Contact),
        Self::Url,
        Self::PostedAt,
        Self::Language,
        Self::Label,
        Self::Group,
        Self::Source,
    ];

    /// Its name on the command line and in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text(field) => field.name(),
            Self::Url => "url",
            Self::PostedAt => "posted_at",
            Self::Language => "language",
            Self::Label => "label",
            Self::Group => "group",
            Self::Source => "source",
        }
    }

    /// The role of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether only labelled files have it.
    #[must_use]
    pub fn is_of_labelled(self) -> bool {
        matches!(self, Self::Label | Self::Group | Self::Source)
    }

    /// Whether one of these must be there: without it there is nothing to read.
    fn carries_text(self) -> bool {
        matches!(self, Self::Text(Field::Title | Field::Description | Field::Requirements | Field::Benefits))
    }

    fn at(self) -> usize {
        Self::ALL.iter().position(|&role| role == self).unwrap_or_default()
    }
}

/// Which roles a command asks a file for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those of a posting.
    Text,
    /// Those of a labelled posting, `label`, `group` and `source` besides; none of these three must be there.
    Labelled,
}

/// A caller's word on a role: `ROLE=NAME`, or `ROLE=` for no column.
///
/// ```
/// use lurewatch::ingest::{ColumnChoice, Role};
///
/// let choice: ColumnChoice = "id=Job ID".parse().unwrap();
/// assert_eq!(choice, ColumnChoice { role: Role::Id, header: Some("Job ID".into()) });
/// assert!("colour=red".parse::<ColumnChoice>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The role.
    pub role: Role,
    /// The header of its column; `None` switches the role off.
    pub header: Option<String>,
}

impl FromStr for ColumnChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, header)) = text.split_once('=') else {
            return Err(format!("`{text}` has no `=`; ROLE=NAME is wanted"));
        };
        let Some(role) = Role::from_name(name.trim()) else {
            return Err(format!("there is no role `{name}`; the roles are {}", role_names()));
        };
        Ok(Self { role, header: (!header.is_empty()).then(|| header.to_owned()) })
    }
}

fn role_names() -> String {
    Role::ALL.map(Role::name).join(", ")
}

/// The header of a file, and the column of each role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    headers: Vec<String>,
    of_role: [Option<usize>; Role::ALL.len()],
}

impl Columns {
    /// Finds the column of each role: the caller's choice, else the header that is a known name of the role.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`] for a choice that names no header, [`Error::AmbiguousColumn`] when several headers fit a
    /// role equally well, [`Error::MissingColumn`] when no column holds text to read.
    pub fn find(path: &Path, headers: &[String], choices: &[ColumnChoice], wanted: Wanted) -> Result<Self> {
        let mut of_role = [None; Role::ALL.len()];
        for role in Role::ALL {
            let choice = choices.iter().rev().find(|choice| choice.role == role);
            of_role[role.at()] = match choice {
                Some(ColumnChoice { header: Some(name), .. }) => Some(named(path, headers, role, name)?),
                Some(ColumnChoice { header: None, .. }) => None,
                None if role.is_of_labelled() && wanted == Wanted::Text => None,
                None => known(path, headers, role, choices)?,
            };
        }
        let columns = Self { headers: headers.to_vec(), of_role };
        if !Role::ALL.into_iter().any(|role| role.carries_text() && columns.of(role).is_some()) {
            return Err(Error::MissingColumn {
                path: path.to_owned(),
                wanted: "the text of a posting (`title`, `description`, `requirements` or `benefits`)".to_owned(),
                found: headers.to_vec(),
            });
        }
        Ok(columns)
    }

    /// The headers, in file order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The column of a role, from 0.
    #[must_use]
    pub fn of(&self, role: Role) -> Option<usize> {
        self.of_role[role.at()]
    }

    /// The header of a role's column.
    #[must_use]
    pub fn header_of(&self, role: Role) -> Option<&str> {
        self.of(role).map(|at| self.headers[at].as_str())
    }

    /// The same with `column` in the role `role`, or without any.
    #[must_use]
    pub fn with(mut self, role: Role, column: Option<usize>) -> Self {
        self.of_role[role.at()] = column.filter(|&at| at < self.headers.len());
        self
    }
}

/// One line for people: `description ← jobDescription, title ← title`.
impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for role in Role::ALL {
            if let Some(header) = self.header_of(role) {
                write!(f, "{between}{} ← {}", role.name(), header.trim())?;
                between = ", ";
            }
        }
        Ok(())
    }
}

/// The column whose header is `name`, exactly or else but for case.
fn named(path: &Path, headers: &[String], role: Role, name: &str) -> Result<usize> {
    let matching =
        |fits: &dyn Fn(&str) -> bool| -> Vec<usize> { (0..headers.len()).filter(|&at| fits(&headers[at])).collect() };
    let mut claims = matching(&|header| header == name);
    if claims.is_empty() {
        let folded = name.trim().to_lowercase();
        claims = matching(&|header| header.trim().to_lowercase() == folded);
    }
    match claims[..] {
        [] => Err(Error::NoSuchColumn { path: path.to_owned(), wanted: name.to_owned(), found: headers.to_vec() }),
        [at] => Ok(at),
        _ => Err(ambiguous(path, headers, role, &claims)),
    }
}

/// The column whose header is a known name of `role`, the best rank first. Columns that the caller gave to another role
/// are out of the running.
fn known(path: &Path, headers: &[String], role: Role, choices: &[ColumnChoice]) -> Result<Option<usize>> {
    let taken = |header: &str| {
        choices.iter().any(|choice| choice.header.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(header)))
    };
    let ranked: Vec<(u8, usize)> = headers
        .iter()
        .enumerate()
        .filter(|(_, header)| !taken(header))
        .filter_map(|(at, header)| Some((rank_of(role, header)?, at)))
        .collect();
    let Some(best) = ranked.iter().map(|&(rank, _)| rank).min() else { return Ok(None) };
    let claims: Vec<usize> = ranked.iter().filter(|&&(rank, _)| rank == best).map(|&(_, at)| at).collect();
    match claims[..] {
        [at] => Ok(Some(at)),
        _ => Err(ambiguous(path, headers, role, &claims)),
    }
}

fn ambiguous(path: &Path, headers: &[String], role: Role, claims: &[usize]) -> Error {
    Error::AmbiguousColumn {
        path: path.to_owned(),
        role: role.name().to_owned(),
        claims: claims.iter().map(|&at| headers[at].clone()).collect(),
        found: headers.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str, choices: &[&str]) -> Result<String> {
        let headers: Vec<String> = header.split(',').map(str::to_owned).collect();
        let choices: Vec<ColumnChoice> = choices.iter().map(|choice| choice.parse().unwrap()).collect();
        Columns::find(Path::new("f.csv"), &headers, &choices, Wanted::Labelled).map(|columns| columns.to_string())
    }

    #[test]
    fn headers_of_real_files() {
        const CASES: &[(&str, &str, &str)] = &[
            (
                "emscad",
                "job_id,title,location,department,salary_range,company_profile,description,requirements,benefits,\
                 telecommuting,industry,function,fraudulent,dup_group,sampling",
                "id ← job_id, title ← title, company ← company_profile, location ← location, salary ← salary_range, \
                 description ← description, requirements ← requirements, benefits ← benefits, label ← fraudulent, \
                 group ← dup_group",
            ),
            (
                "orfd",
                "id,jobTitle,jobSubTitle,jobSalary,jobWelfare,jobRequirement,jobCity,jobDescription,needNumber,\
                 companySize,companyTrade,companyIntro,jobUpdateTime,label,dup_group,company_group,split",
                "id ← id, title ← jobTitle, company ← companyIntro, location ← jobCity, salary ← jobSalary, \
                 description ← jobDescription, requirements ← jobRequirement, benefits ← jobWelfare, \
                 posted_at ← jobUpdateTime, label ← label, group ← dup_group",
            ),
            (
                "clean_ads",
                "id,lang,country,set,source,title,company,location,salary,employment_type,industry,description,\
                 requirements,benefits,label,dup_group",
                "id ← id, title ← title, company ← company, location ← location, salary ← salary, \
                 description ← description, requirements ← requirements, benefits ← benefits, language ← lang, \
                 label ← label, group ← dup_group, source ← source",
            ),
            (
                "thai_sms",
                "id,lang,sms_label,is_job_lure,text,dup_group",
                "id ← id, description ← text, language ← lang, group ← dup_group",
            ),
            (
                "ours",
                "id,language,label,kind,form,twin,cues,title,company,location,salary,text,contact",
                "id ← id, title ← title, company ← company, location ← location, salary ← salary, \
                 description ← text, contact ← contact, language ← language, label ← label, group ← twin",
            ),
            ("nested places", "text,Country,City", "location ← City, description ← text"),
            ("chinese", "编号,职位,描述,薪资", "id ← 编号, title ← 职位, salary ← 薪资, description ← 描述"),
        ];
        for (name, header, expected) in CASES {
            let seen = find(header, &[]).unwrap();
            let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(seen, expected, "{name}");
        }
    }

    #[test]
    fn choices_decide() {
        const CASES: &[(&str, &[&str], &str)] = &[
            ("description,generated_text", &["description=generated_text"], "description ← generated_text"),
            ("Text,text", &["description=text"], "description ← text"),
            ("id,TEXT", &["description=text"], "id ← id, description ← TEXT"),
            ("id,text", &["id="], "description ← text"),
            ("title,text", &["description=title"], "description ← title"),
            ("id,x y", &["title=x y"], "id ← id, title ← x y"),
        ];
        for (header, choices, expected) in CASES {
            // Title and text: the header that was given away is not taken a second time.
            assert!(find(header, choices).unwrap().starts_with(expected), "{header} with {choices:?}");
        }
    }

    #[test]
    fn what_is_not_sure_is_an_error() {
        let several = find("description,generated_text,id", &[]).unwrap_err().to_string();
        assert!(several.contains("`description`, `generated_text` all fit the role `description`"), "{several}");
        let none = find("id,colour", &[]).unwrap_err().to_string();
        assert!(none.contains("the header has `id`, `colour`"), "{none}");
        let unknown = find("id,text", &["title=Titel"]).unwrap_err().to_string();
        assert!(unknown.contains("no column `Titel`; the header has `id`, `text`"), "{unknown}");
    }
}
