//! A server for pages that are not the mock's: an application with the widget on it.

use std::{env, fs, path::Path};

use bytes::Bytes;
use http::{Request, Response};
use vault_mock::{VaultBuilder, VaultServer};

/// Lets a mock answer with pages and nothing else: the scripts in the folder that `WIDGET_PATH` names,
/// and the HTML around them.
///
/// - `/application` has the widget for React on it, `/plain` the one for plain JavaScript;
/// - `/` is the page in the frame that the latter opens;
/// - `/return` closes the window that it is shown in, as an application does after authorization.
pub fn only() -> VaultBuilder {
    let folder = env::var_os("WIDGET_PATH");
    let folder = folder.expect("WIDGET_PATH names the folder with the bundled widget");
    VaultServer::builder().hook(move |request: Request<Bytes>| {
        let path = request.uri().path();
        let answer = page(path).unwrap_or_else(|| script(folder.as_ref(), path));
        async { Some(answer) }
    })
}

fn page(path: &str) -> Option<Response<Bytes>> {
    let content = match path {
        "/" => with_script("frame"),
        "/application" => with_script("application"),
        "/plain" => {
            "<body><script src=/vault-js.umd.production.min.js></script><script src=/plain.js></script>"
                .to_owned()
        }
        "/return" => "<script>close()</script>".to_owned(),
        _ => return None,
    };
    let html = format!("<!doctype html><html lang=en><link rel=icon href=data:,>{content}");
    Some(answer("text/html; charset=utf-8", html))
}

fn with_script(name: &str) -> String {
    format!("<link rel=stylesheet href=/{name}.css><body><script src=/{name}.js></script>")
}

fn script(folder: &Path, path: &str) -> Response<Bytes> {
    let media_type = match path.rsplit_once('.') {
        Some((_, "css")) => "text/css",
        _ => "text/javascript; charset=utf-8",
    };
    let read = fs::read(folder.join(&path[1..]));
    let content = read.unwrap_or_else(|error| panic!("{path} in WIDGET_PATH: {error}"));
    answer(media_type, content)
}

fn answer(media_type: &str, content: impl Into<Bytes>) -> Response<Bytes> {
    let response = Response::builder().header("content-type", media_type);
    response.body(content.into()).unwrap()
}
