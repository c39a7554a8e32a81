//! Invoices: a filtered list, and the button that pays one.

use leptos::prelude::*;
use portcullis_frontend::{CanButton, PermissionFlags, use_access};
use serde_json::Value;

use super::{
    fields::{Badge, return_to},
    filter::{Choice, filter_form, paging, sortable},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Invoice, InvoiceState, Problem},
    permissions::INVOICES_PAY,
    ui::{
        format::{date, money},
        icon::Icon,
    },
};

const ABOUT: About = About {
    title: "Invoices",
    icon: "invoices",
    empty: "Invoices appear here as soon as a supplier sends one. There is none yet.",
    has_page: true,
};

/// What the caller may do with invoices; checked against the vocabulary when this compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PermissionFlags)]
#[flags(resource = "invoices")]
struct InvoiceFlags {
    view: bool,
    pay: bool,
}

/// The invoices of the organization.
#[component]
pub(super) fn Invoices(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Invoice>>::new(place, data);
    let may = use_access().flags::<InvoiceFlags>();
    let head = move |_: &Block<Invoice>| {
        let place = handle.place.get_value();
        let looks_only = move || may.with(|may| may.view && !may.pay);
        view! {
            {filter_form(&place, choices())}
            {(!place.compact).then(|| view! {
                <p class="hint" hidden=move || !looks_only()><Icon name="lock"/>"Your roles here let you see invoices, not pay them."</p>
            })}
        }
        .into_any()
    };
    card(handle, ABOUT, head, move |block| table(handle, block))
}

fn choices() -> Vec<Choice> {
    vec![
        Choice::new(
            "state",
            "Any state",
            &[("open", "Open"), ("overdue", "Overdue"), ("paid", "Paid"), ("cancelled", "Cancelled")],
        ),
        Choice::new("currency", "Any currency", &[("EUR", "EUR"), ("USD", "USD"), ("GBP", "GBP"), ("CHF", "CHF")]),
    ]
}

fn table(handle: Handle<Block<Invoice>>, block: Block<Invoice>) -> AnyView {
    let place = handle.place.get_value();
    let offered = block.permits("pay");
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(|invoice| row(handle, &place, offered, invoice)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{sortable(&place, "number", "Number")}</th>
                        <th scope="col">{sortable(&place, "supplier", "Supplier")}</th>
                        <th scope="col">{sortable(&place, "due_on", "Due")}</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="number">{sortable(&place, "amount_minor", "Amount")}</th>
                        <th scope="col"><span class="pc-visually-hidden">"Action"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager}
    }
    .into_any()
}

fn row(handle: Handle<Block<Invoice>>, place: &Place, offered: bool, invoice: Invoice) -> AnyView {
    let payable = matches!(invoice.state, InvoiceState::Open | InvoiceState::Overdue);
    let amount = money(invoice.amount_minor, &invoice.currency);
    let when = match &invoice.paid_on {
        Some(paid) => format!("Paid {}", date(paid)),
        None => date(&invoice.due_on),
    };
    let action = payable.then(|| {
        let describes = format!("invoice {} of {}, {amount}", invoice.number, invoice.supplier);
        view! {
            <form method="post" action=place.api(&format!("/{}/pay", invoice.id))
                on:submit=move |event| handle.submit(event, "The invoice was paid.")>
                {return_to(place)}
                <CanButton permission=INVOICES_PAY label="Pay" class="pc-small" describes offered busy=handle.busy/>
            </form>
        }
    });
    view! {
        <tr data-row=invoice.id.clone() data-state=state_key(invoice.state)>
            <td data-label="Number"><span class="mono">{invoice.number.clone()}</span></td>
            <td data-label="Supplier">
                <span class="two-lines"><strong>{invoice.supplier.clone()}</strong><span>{invoice.subject.clone()}</span></span>
            </td>
            <td data-label="Due">{when}</td>
            <td data-label="State">{badge(invoice.state)}</td>
            <td data-label="Amount" class="number">{amount}</td>
            <td class="actions">{action}</td>
        </tr>
    }
    .into_any()
}

fn badge(state: InvoiceState) -> AnyView {
    let (tone, label) = match state {
        InvoiceState::Cancelled => ("muted", "Cancelled"),
        InvoiceState::Open => ("info", "Open"),
        InvoiceState::Overdue => ("danger", "Overdue"),
        InvoiceState::Paid => ("ok", "Paid"),
    };
    view! { <Badge tone label/> }.into_any()
}

const fn state_key(state: InvoiceState) -> &'static str {
    match state {
        InvoiceState::Cancelled => "cancelled",
        InvoiceState::Open => "open",
        InvoiceState::Overdue => "overdue",
        InvoiceState::Paid => "paid",
    }
}
