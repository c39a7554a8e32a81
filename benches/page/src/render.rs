//! One request, from its arrival to the last byte; as the portal renders, in process.

use std::{
    convert::Infallible,
    sync::{Arc, LazyLock},
};

use axum::body::{Body, Bytes, to_bytes};
use http::{Request, Response, request::Builder};
use leptos::{context::provide_context, prelude::*};
use leptos_meta::MetaTags;
use portcullis_core::{AccessSnapshot, access::Access};
use tower::{service_fn, util::BoxCloneService};

use crate::{gates::Gates, page::App, session};

/// Makes the renderer ready for its first page.
pub(crate) fn prepare() {
    // Listing the routes also starts the executor that resources run on.
    let _routes = leptos_axum::generate_route_list(|| view! { <App/> });
}

/// Answers requests with the page, down to its last byte.
pub(crate) fn page(gates: Gates) -> Page {
    let handler = leptos_axum::render_app_async_with_context(move || provide_context(gates), shell);
    BoxCloneService::new(service_fn(move |request| {
        let answer = handler(request);
        async move {
            let (parts, body) = answer.await.into_parts();
            Ok(Response::from_parts(parts, to_bytes(body, usize::MAX).await.unwrap()))
        }
    }))
}

/// A renderer of one page.
pub(crate) type Page = BoxCloneService<Request<Body>, Response<Bytes>, Infallible>;

/// The request as it comes from our gate; without access, as it comes from nowhere.
pub(crate) fn request(gates: Gates) -> Request<Body> {
    static ACCESS: LazyLock<Access> = LazyLock::new(session::access);
    static SNAPSHOT: LazyLock<Arc<AccessSnapshot>> = LazyLock::new(|| Arc::new(session::snapshot(&ACCESS)));

    let mut request = browser().body(Body::empty()).unwrap();
    if gates != Gates::None {
        request.extensions_mut().insert(ACCESS.clone());
        request.extensions_mut().insert(Arc::clone(&SNAPSHOT));
    }
    request
}

fn browser() -> Builder {
    Request::get("/o/acme/invoices")
        .header("host", "portal.example")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header("accept-language", "en-GB,en;q=0.8,de;q=0.5")
        .header("accept-encoding", "gzip, deflate, br, zstd")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", "__Host-session=8f14e45fceea167a5a36dedd4bea2543")
}

fn shell() -> impl IntoView {
    let options = LeptosOptions::builder().output_name("page").build();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href="/pkg/page.css"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
