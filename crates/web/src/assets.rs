//! Style sheets, the one optional script and the icon, inside the program. The address carries a digest of the
//! content, so browsers may keep them for ever and get new ones on upgrade.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// One file: name, type, content.
struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset { name: "tokens.css", kind: "text/css; charset=utf-8", content: include_str!("../static/tokens.css") },
    Asset { name: "base.css", kind: "text/css; charset=utf-8", content: include_str!("../static/base.css") },
    Asset { name: "enhance.js", kind: "text/javascript; charset=utf-8", content: include_str!("../static/enhance.js") },
    Asset { name: "icon.svg", kind: "image/svg+xml", content: include_str!("../static/icon.svg") },
];

/// Digest of all assets together, the version in their addresses.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let digest = ASSETS.iter().fold(Sha256::new(), |digest, asset| digest.chain_update(asset.content)).finalize();
        hex::encode(&digest[..6])
    })
}

/// Address of an asset.
pub fn href(name: &str) -> String {
    format!("/static/{}/{name}", version())
}

/// `GET /static/{version}/{name}`
pub async fn serve(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let headers =
                [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.content).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /favicon.ico`: the icon, where browsers look without being told.
pub async fn favicon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("../static/icon.svg")).into_response()
}
