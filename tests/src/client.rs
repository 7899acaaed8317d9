//! HTTP/1.1 over a plain socket, as much of it as our pages need: one request a connection, cookies kept, forms filled
//! with the hidden fields of the page they came from. Follows no redirect by itself.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// Media type of a plain form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// No answer within this time is a failure of the program.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// First header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
    /// Where it redirects to.
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }
    /// Body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// Value of the first hidden (or other) input of a name on the page.
    pub fn input(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }
    /// Whether the visitor is sent to the login page.
    pub fn to_login(&self) -> bool {
        self.status == 303 && self.location().is_some_and(|location| location.starts_with("/login"))
    }
}

/// A visitor with cookies.
#[derive(Debug, Clone)]
pub struct Client {
    address: String,
    cookies: BTreeMap<String, String>,
    csrf: String,
    own_page: bool,
}

/// A body and its type.
type Body = (String, Vec<u8>);

impl Client {
    /// Of a server at `host:port`.
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), cookies: BTreeMap::new(), csrf: String::new(), own_page: false }
    }

    /// From now on forms are sent with the word of the browser that a page of the same site sends them.
    pub fn say_own_page(&mut self) {
        self.own_page = true;
    }

    /// Forgets cookies that the server has emptied, as browsers do.
    pub fn drop_empty_cookies(&mut self) {
        self.cookies.retain(|_, value| !value.is_empty());
    }

    /// Forgets its cookies, as a browser does when a session ends.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// `POST` of a form with the session's token and one file.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_file(&mut self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
        const EDGE: &str = "----a-line-that-stands-in-no-file";
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (field, value) in std::iter::once(&("csrf", csrf.as_str())).chain(fields) {
            let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let body = (format!("multipart/form-data; boundary={EDGE}"), body);
        self.try_send("POST", path, Some(body)).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Token of the session's forms; empty before login.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Logs in; the answer is that of the login form.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn log_in(&mut self, login: &str, password: &str) -> Answer {
        let answer = self.post_bare("/login", &[("login", login), ("password", password)]);
        if answer.status == 303 {
            self.csrf = self.get("/desk/account").input("csrf").unwrap_or_default();
        }
        answer
    }

    /// `GET`.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn get(&mut self, path: &str) -> Answer {
        self.try_send("GET", path, None).unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// `POST` of a form with the session's token.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// `POST` of a form with exactly these fields.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_send("POST", path, Some(typed(fields))).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// `POST` of a body with its media type, as it is.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn post_body(&mut self, path: &str, media_type: &str, body: Vec<u8>) -> Answer {
        let sent = self.try_send("POST", path, Some((media_type.to_owned(), body)));
        sent.unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Goes on with the same cookies at another address: the service was started again.
    pub fn move_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
    }

    /// `POST` of a form with the session's token.
    ///
    /// # Errors
    /// The server does not answer, or not to the end.
    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.try_send("POST", path, Some(typed(&all)))
    }

    fn try_send(&mut self, method: &str, path: &str, body: Option<Body>) -> io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let _ = write!(head, "Cookie: {}\r\n", cookies.join("; "));
        }
        if let Some((kind, body)) = &body {
            let _ = write!(head, "Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
            if self.own_page {
                head.push_str("Sec-Fetch-Site: same-origin\r\n");
            }
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(head.as_bytes())?;
        // A body that is too large is refused while it is still being sent; the answer is there all the same.
        let _ = stream.write_all(body.as_ref().map_or(&[][..], |(_, bytes)| bytes));
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let answer = parse(&bytes).ok_or_else(|| io::Error::other("the answer breaks off"))?;
        for (name, value) in &answer.headers {
            if name == "set-cookie"
                && let Some((key, value)) = value.split(';').next().unwrap_or_default().split_once('=')
            {
                self.cookies.insert(key.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

/// An answer as received; `None` when it breaks off.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let answer = Answer { status, headers, body: Vec::new() };
    let body = match (answer.header("transfer-encoding"), answer.header("content-length")) {
        (Some("chunked"), _) => chunks(rest)?,
        (_, Some(length)) => rest.get(..length.parse().ok()?)?.to_vec(),
        _ => rest.to_vec(),
    };
    Some(Answer { body, ..answer })
}

fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

fn typed(fields: &[(&str, &str)]) -> Body {
    (FORM.to_owned(), encode(fields).into_bytes())
}

/// A form as browsers send it.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}
