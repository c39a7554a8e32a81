//! `requirement!` wants to know whether this is a role or a permission.

portcullis_core::requirement! {
    pub Boss = any("ORG_ADMIN", "ORG_OWNER");
    pub Nobody = role();
}

fn main() {}
