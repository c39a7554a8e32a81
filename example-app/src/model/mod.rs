//! What the server and the browser tell each other: rows, blocks, pages, problems.

mod audit;
mod block;
#[cfg(feature = "ssr")]
mod data;
mod invoice;
mod member;
mod notification;
mod order;
mod page;
mod payments;
mod role;
mod service;
mod session;
mod settings;
mod shell;
mod ticket;

pub use audit::AuditEntry;
pub use block::Block;
#[cfg(feature = "ssr")]
pub use data::PortalData;
pub use invoice::{Invoice, InvoiceState};
pub use member::Member;
pub use notification::{Notification, NotificationKind};
pub use order::{Order, OrderState};
pub use page::{BlockView, Breadcrumb, PageDraft, PageSummary, PageView};
pub use payments::{CurrencySummary, MonthPaid, PaymentsSummary, Sums};
pub use role::Role;
pub use service::{Service, ServiceState};
pub use session::SessionRow;
pub use settings::{Settings, SettingsBlock};
pub use shell::{NavItem, NavSection, Shell, ShellOrganization};
pub use ticket::{Ticket, TicketPriority, TicketState};

/// The problem document of RFC 9457, as the API writes it.
pub type Problem = portcullis_core::ProblemDetails;
