//! Asks the domain name system, for whoever has to show that a domain is theirs.

use hickory_resolver::TokioResolver;
use portcullis_middleware::port::StoreError;

/// The TXT records of a domain; none where there are none.
///
/// # Errors
/// When nobody can tell.
pub(super) async fn text_records(domain: &str) -> Result<Vec<String>, StoreError> {
    let resolver = TokioResolver::builder_tokio().map_err(StoreError::new)?.build();
    match resolver.txt_lookup(format!("{domain}.")).await {
        Ok(found) => Ok(found.iter().map(ToString::to_string).collect()),
        Err(error) if error.is_no_records_found() => Ok(Vec::new()),
        Err(error) => Err(StoreError::new(error)),
    }
}
