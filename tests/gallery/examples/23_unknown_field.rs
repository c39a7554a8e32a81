//! A field that declarations do not have, one said twice, one of the wrong kind.

portcullis_core::permissions! {
    "invoices:view" => { lable: "See invoices" },
    "invoices:pay" => { label: "Pay", label: "Pay!", holders: "FINANCE" },
}

fn main() {}
