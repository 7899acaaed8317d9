//! A page as its reader sees it: the words, the links, the forms with everything that stands in them. Enough HTML for
//! pages that our own templates write; knows no script and no address that is not on the page.

/// One piece of a page.
enum Piece<'p> {
    Tag { name: &'p str, attributes: &'p str },
    Text(&'p str),
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix('<') else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = after;
            return Some(Piece::Text(text));
        };
        let (tag, after) = inside.split_at(end_of_tag(inside));
        rest = after.strip_prefix('>').unwrap_or(after);
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        Some(Piece::Tag { name, attributes })
    })
}

/// A `>` inside quotation marks does not end a tag.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return place,
            _ => {}
        }
    }
    text.len()
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// Value of an attribute; empty for one without a value.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => ("", after),
        };
        if name == wanted {
            return Some(decoded(value));
        }
        rest = after.trim_start();
    }
    None
}

/// What is read on the page, without the head; every run of blanks is one.
pub fn words(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let body = body.split_once('>').map_or(body, |(_, body)| body);
    let text: Vec<&str> = pieces(body)
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Tag { .. } => None,
        })
        .collect();
    decoded(&text.join(" ")).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Links: address and words.
pub fn links(html: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for piece in pieces(html) {
        match piece {
            Piece::Tag { name: "a", attributes } => {
                inside = true;
                found.push((attribute(attributes, "href").unwrap_or_default(), String::new()));
            }
            Piece::Tag { name: "/a", .. } => inside = false,
            Piece::Text(text) if inside => {
                if let Some((_, words)) = found.last_mut() {
                    words.push_str(&decoded(text));
                }
            }
            _ => {}
        }
    }
    found
}

/// What kind of field it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Somebody types into it.
    Typed,
    /// Carried along.
    Hidden,
    /// A tick or one of several.
    Ticked(bool),
    /// One of a list: value and words.
    List(Vec<(String, String)>),
    /// A file.
    File,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name.
    pub name: String,
    /// What stands in it.
    pub value: String,
    /// Kind.
    pub kind: Kind,
}

/// A form of a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// `post` or `get`.
    pub method: String,
    /// Whether files go with it.
    pub multipart: bool,
    /// Fields, in order.
    pub fields: Vec<Field>,
    /// Buttons: name, value, words.
    pub buttons: Vec<(String, String, String)>,
}

/// The forms of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let mut found: Vec<Form> = Vec::new();
    let mut open: Option<Form> = None;
    // Text between these tags belongs to the last field or button.
    let mut within = "";
    for piece in pieces(html) {
        match piece {
            Piece::Tag { name: "form", attributes } => {
                open = Some(Form {
                    action: attribute(attributes, "action").unwrap_or_default(),
                    method: attribute(attributes, "method").unwrap_or_default(),
                    multipart: attribute(attributes, "enctype").is_some_and(|kind| kind == "multipart/form-data"),
                    ..Form::default()
                });
            }
            Piece::Tag { name: "/form", .. } => found.extend(open.take()),
            Piece::Tag { name, attributes } => {
                within = match name {
                    "textarea" | "option" | "button" => name,
                    "/textarea" | "/option" | "/button" => "",
                    _ => within,
                };
                if let Some(form) = &mut open {
                    form.take_tag(name, attributes);
                }
            }
            Piece::Text(text) => {
                if let Some(form) = &mut open {
                    form.take_text(within, text);
                }
            }
        }
    }
    found
}

impl Form {
    fn take_tag(&mut self, name: &str, attributes: &str) {
        let of = |key: &str| attribute(attributes, key).unwrap_or_default();
        let has = |key: &str| attribute(attributes, key).is_some();
        match name {
            "input" => {
                let kind = match of("type").as_str() {
                    "hidden" => Kind::Hidden,
                    "checkbox" | "radio" => Kind::Ticked(has("checked")),
                    "file" => Kind::File,
                    _ => Kind::Typed,
                };
                self.fields.push(Field { name: of("name"), value: of("value"), kind });
            }
            "textarea" => self.fields.push(Field { name: of("name"), value: String::new(), kind: Kind::Typed }),
            "select" => {
                self.fields.push(Field { name: of("name"), value: String::new(), kind: Kind::List(Vec::new()) });
            }
            "option" => {
                let (value, selected) = (of("value"), has("selected"));
                if let Some(Field { value: chosen, kind: Kind::List(options), .. }) = self.fields.last_mut() {
                    if selected || options.is_empty() {
                        chosen.clone_from(&value);
                    }
                    options.push((value, String::new()));
                }
            }
            "button" => self.buttons.push((of("name"), of("value"), String::new())),
            _ => {}
        }
    }

    fn take_text(&mut self, within: &str, text: &str) {
        let text = decoded(text);
        match (within, self.fields.last_mut(), self.buttons.last_mut()) {
            ("textarea", Some(field), _) => field.value.push_str(&text),
            ("option", Some(Field { kind: Kind::List(options), .. }), _) => {
                if let Some((_, words)) = options.last_mut() {
                    words.push_str(&text);
                }
            }
            ("button", _, Some((_, _, words))) => words.push_str(&text),
            _ => {}
        }
    }

    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What a browser sends when a button is pressed; files apart.
    pub fn sent(&self, button: Option<&(String, String, String)>) -> Vec<(String, String)> {
        let sends = |field: &&Field| !matches!(field.kind, Kind::Ticked(false) | Kind::File);
        let fields = self.fields.iter().filter(sends).map(|field| (field.name.clone(), field.value.clone()));
        let pressed = button.filter(|(name, ..)| !name.is_empty());
        fields.chain(pressed.map(|(name, value, _)| (name.clone(), value.clone()))).collect()
    }
}
