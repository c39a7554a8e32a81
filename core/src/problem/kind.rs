//! The closed registry of refusals: code, status, title.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $title:literal;)*) => {
        /// What kind of refusal it is. Each has one status, one `code` and one title.
        ///
        /// ```
        /// use portcullis_core::ProblemKind;
        /// assert_eq!(ProblemKind::PermissionDenied.status(), 403);
        /// assert_eq!(ProblemKind::PermissionDenied.code(), "permission-denied");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemKind { $($(#[$doc])* $name,)* }

        impl ProblemKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The stable name for programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The title, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// The `type` of the problem document.
            #[must_use]
            pub const fn type_uri(self) -> &'static str {
                match self { $(Self::$name => concat!("urn:portcullis:problem:", $code),)* }
            }
        }
    };
}

kinds! {
    /// The state does not allow it (any more).
    Conflict = 409 "conflict" "the request conflicts with the current state";
    /// A cookie and a bearer token came together.
    CredentialAmbiguous = 400 "credential-ambiguous" "more than one credential was presented";
    /// A credential that cannot be read.
    CredentialMalformed = 400 "credential-malformed" "the credential cannot be read";
    /// A cookie on an unsafe method from another site.
    CrossSite = 403 "cross-site" "the request came from another site";
    /// Unknown, or not the caller's to know.
    NotFound = 404 "not-found" "not found";
    /// The organization may not be entered.
    OrganizationSuspended = 403 "organization-suspended" "the organization is suspended";
    /// A permission is not held.
    PermissionDenied = 403 "permission-denied" "a permission is missing";
    /// Too many attempts.
    RateLimited = 429 "rate-limited" "too many requests";
    /// The body or a parameter is wrong in form.
    RequestInvalid = 400 "request-invalid" "the request is invalid";
    /// The body or a parameter is well formed and still cannot be accepted.
    RequestUnprocessable = 422 "request-invalid" "the request is invalid";
    /// A role is not held.
    RoleRequired = 403 "role-required" "a role is required";
    /// The session ended.
    SessionExpired = 401 "session-expired" "the session has ended";
    /// A fresh or stronger login is needed.
    StepUpRequired = 401 "step-up-required" "a fresh sign-in is required";
    /// The token's time is over.
    TokenExpired = 401 "token-expired" "the token has expired";
    /// The token does not verify.
    TokenInvalid = 401 "token-invalid" "the token is not valid";
    /// Nobody is signed in.
    Unauthenticated = 401 "unauthenticated" "authentication is required";
    /// A store, key set or grant source cannot answer.
    Unavailable = 503 "unavailable" "temporarily unavailable";
}

impl ProblemKind {
    /// What to tell the caller where the occurrence has no words of its own.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Conflict => "somebody or something else was faster",
            Self::CredentialAmbiguous => "present the session cookie or one bearer token, not both",
            Self::CredentialMalformed => "the cookie or the authorization header is not in a form that is understood",
            Self::CrossSite => "a cookie counts only on requests from this origin",
            Self::NotFound => "there is nothing here, or nothing that you may know of",
            Self::OrganizationSuspended => "the organization is closed until its operator opens it again",
            Self::PermissionDenied => "your roles here do not confer it",
            Self::RateLimited => "wait before the next attempt",
            Self::RequestInvalid => "the body or a parameter is not in the form that is expected",
            Self::RequestUnprocessable => "the body or a parameter cannot be accepted",
            Self::RoleRequired => "you do not hold a role that this needs",
            Self::SessionExpired => "sign in again",
            Self::StepUpRequired => "sign in again to go on",
            Self::TokenExpired => "get a new token",
            Self::TokenInvalid => "the token was not accepted",
            Self::Unauthenticated => "sign in, or present a token",
            Self::Unavailable => "a part of the service cannot answer; try again shortly",
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
