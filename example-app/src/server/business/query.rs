//! A request for a list, parsed strictly from query parameters.

use std::{collections::BTreeSet, marker::PhantomData};

use super::{DataError, Filter, Listed, Sort, date, statement::Statement};

/// One page of `T`: which, in which order, of which rows.
///
/// Parameters: `page` (from 1), `per_page` (1 to 100, else 20), `sort` (`-` in front: descending), `q`, and
/// the filters that `T` offers. An empty value is an absent one, because HTML forms send both alike.
/// Whatever else is unknown, doubled or malformed is refused by its name.
///
/// ```
/// use portal::server::business::{Invoice, ListQuery};
/// let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
///
/// assert!(ListQuery::<Invoice>::parse(&[pair("state", "open"), pair("sort", "-due_on")]).is_ok());
/// assert!(ListQuery::<Invoice>::parse(&[pair("sort", "org_id")]).is_err());
/// ```
#[derive(Debug)]
pub struct ListQuery<T> {
    page: u32,
    per_page: u32,
    sort: Sort,
    descending: bool,
    search: Option<String>,
    conditions: Vec<Condition>,
    listed: PhantomData<fn() -> T>,
}

#[derive(Debug)]
struct Condition {
    column: &'static str,
    operator: &'static str,
    value: String,
}

impl<T: Listed> ListQuery<T> {
    /// Reads query parameters, decoded, in the order they came.
    ///
    /// # Errors
    /// [`DataError::Invalid`] with the name of the first parameter that is unknown, doubled or malformed.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, DataError> {
        let mut query = Self::default();
        let mut seen = BTreeSet::new();
        for (name, value) in pairs {
            if !seen.insert(name.as_str()) {
                return Err(DataError::invalid(shown(name), "is given twice"));
            }
            query.take(name, value.trim())?;
        }
        Ok(query)
    }

    /// Which page, from 1.
    #[must_use]
    pub const fn page(&self) -> u32 {
        self.page
    }

    /// How many rows a page has.
    #[must_use]
    pub const fn per_page(&self) -> u32 {
        self.per_page
    }

    /// Appends ` AND …` for search and filters.
    pub(crate) fn filter(&self, statement: &mut Statement) {
        for Condition { column, operator, value } in &self.conditions {
            statement.sql(" AND ").sql(column).sql(operator).bind(value.as_str());
        }
        let Some(search) = &self.search else { return };
        statement.sql(" AND (");
        for (position, column) in T::SEARCHED.iter().enumerate() {
            statement.sql(if position == 0 { "LOWER(" } else { " OR LOWER(" }).sql(column);
            statement.sql(") LIKE LOWER(").bind(like(search)).sql(") ESCAPE '!'");
        }
        statement.sql(")");
    }

    /// Appends order and page. The id breaks ties, so that pages neither repeat nor miss a row.
    pub(crate) fn window(&self, statement: &mut Statement) {
        let direction = if self.descending { " DESC" } else { " ASC" };
        statement.sql(" ORDER BY ").sql(self.sort.sql).sql(direction).sql(", id").sql(direction);
        statement.sql(" LIMIT ").bind(i64::from(self.per_page));
        statement.sql(" OFFSET ").bind(i64::from(self.page - 1) * i64::from(self.per_page));
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), DataError> {
        match name {
            "page" => self.page = number(name, value, 1, 1, u32::MAX)?,
            "per_page" => self.per_page = number(name, value, PER_PAGE, 1, 100)?,
            "q" => self.search = search(value)?,
            "sort" if value.is_empty() => {}
            "sort" => self.order(value)?,
            _ => self.conditions.extend(condition::<T>(name, value)?),
        }
        Ok(())
    }

    fn order(&mut self, value: &str) -> Result<(), DataError> {
        let (name, descending) = direction(value);
        let sort = sort_of::<T>(name).ok_or_else(|| {
            let names: Vec<_> = T::SORTS.iter().map(|sort| sort.name).collect();
            DataError::invalid("sort", format!("is none of {}", names.join(", ")))
        })?;
        (self.sort, self.descending) = (*sort, descending);
        Ok(())
    }
}

impl<T: Listed> Default for ListQuery<T> {
    /// The first page in the default order.
    fn default() -> Self {
        let (name, descending) = direction(T::DEFAULT_SORT);
        Self {
            page: 1,
            per_page: PER_PAGE,
            sort: sort_of::<T>(name).copied().unwrap_or(Sort::column("id")),
            descending,
            search: None,
            conditions: Vec::new(),
            listed: PhantomData,
        }
    }
}

fn direction(value: &str) -> (&str, bool) {
    value.strip_prefix('-').map_or((value, false), |name| (name, true))
}

fn sort_of<T: Listed>(name: &str) -> Option<&'static Sort> {
    T::SORTS.iter().find(|sort| sort.name == name)
}

/// The condition a filter parameter stands for; `None` when its value is empty.
fn condition<T: Listed>(name: &str, value: &str) -> Result<Option<Condition>, DataError> {
    let filter = T::FILTERS.iter().find(|filter| match filter {
        Filter::Currency => name == "currency",
        Filter::Days(_) => matches!(name, "from" | "to"),
        Filter::OneOf(column, _) | Filter::Text(column) => name == *column,
    });
    let filter = filter.ok_or_else(|| DataError::invalid(shown(name), "is no parameter of this list"))?;
    if value.is_empty() {
        return Ok(None);
    }
    let (column, operator) = match *filter {
        Filter::Currency if value.len() == 3 && value.bytes().all(|b| b.is_ascii_uppercase()) => ("currency", " = "),
        Filter::Currency => return Err(DataError::invalid(name, "is no currency code such as EUR")),
        Filter::Days(_) if date::parse(value).is_none() => {
            return Err(DataError::invalid(name, "is no date such as 2025-01-31"));
        }
        Filter::Days(column) => (column, if name == "from" { " >= " } else { " <= " }),
        Filter::OneOf(column, words) if words.contains(&value) => (column, " = "),
        Filter::OneOf(_, words) => return Err(DataError::invalid(name, format!("is none of {}", words.join(", ")))),
        Filter::Text(column) => (column, " = "),
    };
    Ok(Some(Condition { column, operator, value: text(name, value)? }))
}

fn search(value: &str) -> Result<Option<String>, DataError> {
    if value.is_empty() { Ok(None) } else { text("q", value).map(Some) }
}

/// Text that a database takes: PostgreSQL refuses a zero byte.
fn text(name: &str, value: &str) -> Result<String, DataError> {
    if value.chars().count() > MAX_TEXT {
        return Err(DataError::invalid(name, format!("is longer than {MAX_TEXT} characters")));
    }
    if value.contains('\0') {
        return Err(DataError::invalid(name, "contains a zero byte"));
    }
    Ok(value.to_owned())
}

fn number(name: &str, value: &str, absent: u32, least: u32, most: u32) -> Result<u32, DataError> {
    if value.is_empty() {
        return Ok(absent);
    }
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| value.parse().ok()).flatten().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| DataError::invalid(name, format!("is no number from {least} to {most}")))
}

/// A pattern that finds `text` anywhere; `!` takes the meaning from `%`, `_` and itself.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The name of a parameter, short enough to be told back.
fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

const PER_PAGE: u32 = 20;
const MAX_TEXT: usize = 200;

#[cfg(test)]
mod tests {
    use super::{super::Invoice, *};

    fn refused(pairs: &[(&str, &str)]) -> Option<String> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match ListQuery::<Invoice>::parse(&pairs) {
            Err(DataError::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn refuses_by_name_whatever_is_not_on_offer() {
        for (name, value) in [
            ("page", "0"),
            ("page", "+1"),
            ("page", "4294967296"),
            ("per_page", "101"),
            ("per_page", "many"),
            ("sort", "org_id"),
            ("sort", "--due_on"),
            ("sort", "due_on; DROP TABLE invoices"),
            ("state", "lost"),
            ("currency", "eur"),
            ("from", "2025-02-30"),
            ("q", "a\0b"),
            ("priority", "high"),
            ("org_id", "1"),
        ] {
            assert_eq!(refused(&[(name, value)]).as_deref(), Some(name), "{name}={value}");
        }
        assert_eq!(refused(&[("page", "1"), ("page", "1")]).as_deref(), Some("page"));
    }

    #[test]
    fn takes_what_is_on_offer_and_empty_form_fields() {
        assert_eq!(refused(&[("page", "2"), ("per_page", "100"), ("sort", "-amount_minor"), ("q", "50%")]), None);
        assert_eq!(refused(&[("page", ""), ("sort", ""), ("q", " "), ("state", ""), ("from", "")]), None);
    }

    #[test]
    fn a_pattern_means_its_letters() {
        assert_eq!(like("50%_off!"), "%50!%!_off!!%");
    }
}
