//! Fields, messages, refusals. A field shows its label, its help, its message, and keeps what was typed.

use crate::tried;
use hengjian_domain::{code::Code, refusal::Refusal, text::Bound};
use maud::{Markup, html};

/// Kind of a field.
#[derive(Debug, Clone)]
enum Kind {
    Input(&'static str),
    Area,
    Select(Vec<(String, String)>),
    Check,
    File(&'static str),
}

/// A field: `Field::text("title", "计划名称").required().value(&title).error(problems.of("title")).render()`.
#[derive(Debug, Clone)]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    help: String,
    error: Option<String>,
    required: bool,
    ticked: bool,
    readonly: bool,
    unit: String,
    number: String,
    autocomplete: &'static str,
    width: &'static str,
    nothing: &'static str,
    of: String,
}

impl Field {
    fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            value: String::new(),
            help: String::new(),
            error: None,
            required: false,
            ticked: false,
            readonly: false,
            unit: String::new(),
            number: String::new(),
            autocomplete: "off",
            width: "",
            nothing: "请选择",
            of: String::new(),
        }
    }
    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("text"))
    }
    /// A password.
    pub fn password(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("password"))
    }
    /// A date.
    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("date"))
    }
    /// Date and time.
    pub fn instant(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Input("datetime-local"))
    }
    /// Several lines.
    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Area)
    }
    /// One of a list of (value, words).
    pub fn select(name: impl Into<String>, label: impl Into<String>, options: Vec<(String, String)>) -> Self {
        Self::new(name, label, Kind::Select(options))
    }
    /// One of a closed list.
    pub fn choice<C: Code>(name: impl Into<String>, label: impl Into<String>) -> Self {
        let options = C::ALL.iter().map(|code| (code.code().to_owned(), code.title().to_owned())).collect();
        Self::new(name, label, Kind::Select(options))
    }
    /// Yes or no.
    pub fn checkbox(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Kind::Check)
    }
    /// A file; `accept` as HTML wants it.
    pub fn file(name: impl Into<String>, label: impl Into<String>, accept: &'static str) -> Self {
        Self::new(name, label, Kind::File(accept))
    }
    /// Must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// What stands in it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }
    /// Whether a check box is ticked.
    #[must_use]
    pub fn ticked(mut self, ticked: bool) -> Self {
        self.ticked = ticked;
        self
    }
    /// A sentence under it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
    /// Its message.
    #[must_use]
    pub fn error(mut self, error: Option<&str>) -> Self {
        self.error = error.map(str::to_owned);
        self
    }
    /// Unit behind the number.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }
    /// In a filter: words of the empty choice, which stays on offer, for example 全部.
    #[must_use]
    pub fn any(mut self, words: &'static str) -> Self {
        self.nothing = words;
        self
    }
    /// What the field belongs to, for readers who hear the label without its row: 导体电阻：实测值.
    #[must_use]
    pub fn of(mut self, thing: impl Into<String>) -> Self {
        self.of = thing.into();
        self
    }
    /// Number of the field on the paper form.
    #[must_use]
    pub fn paper(mut self, number: impl Into<String>) -> Self {
        self.number = number.into();
        self
    }
    /// Shown, not changed.
    #[must_use]
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }
    /// Autocomplete word of HTML.
    #[must_use]
    pub fn autocomplete(mut self, word: &'static str) -> Self {
        self.autocomplete = word;
        self
    }
    /// Width in a `.fields` grid: `c3`, `c4`, `c6`, `c8`.
    #[must_use]
    pub fn width(mut self, class: &'static str) -> Self {
        self.width = class;
        self
    }
    /// The field. After a refusal it shows what was typed in it and its message, whatever the page says.
    pub fn render(&self) -> Markup {
        match self.tried() {
            Some(tried) => tried.drawn(),
            None => self.drawn(),
        }
    }
    /// The field as the refused form had it; `None` when nothing was refused or the form had no such field. A password
    /// is typed again, a file chosen again.
    fn tried(&self) -> Option<Self> {
        let (typed, message) = (tried::typed(&self.name), tried::message(&self.name));
        if self.readonly || (typed.is_none() && message.is_none()) {
            return None;
        }
        let mut field = self.clone();
        field.error = message.or(field.error);
        match (&field.kind, typed) {
            (Kind::Check, Some(typed)) => field.ticked = typed == "1",
            (Kind::Input("password") | Kind::File(_), _) | (_, None) => {}
            (_, Some(typed)) => field.value = typed,
        }
        Some(field)
    }
    fn drawn(&self) -> Markup {
        let bad = if self.error.is_some() { " field--bad" } else { "" };
        let class = format!("field {}{bad}", self.width);
        let error_id = format!("{}-error", self.name);
        html! {
            div class=(class.trim_end()) {
                @if let Kind::Check = self.kind {
                    label class="opt" { input type="checkbox" id=(self.name) name=(self.name) value="1" checked[self.ticked]; span { (self.label) } }
                } @else {
                    label for=(self.name) {
                        @if !self.number.is_empty() { span class="no" { (self.number) } }
                        b { @if !self.of.is_empty() { span class="vh" { (self.of) "：" } } (self.label) }
                        @if self.required { span class="must" { "必填" } }
                    }
                    @if self.unit.is_empty() { (self.control(&error_id)) }
                    @else { div class="unit" { (self.control(&error_id)) span { (self.unit) } } }
                }
                @if !self.help.is_empty() { p class="hint" { (self.help) } }
                @if let Some(error) = &self.error {
                    p class="err" id=(error_id) { svg class="i" aria-hidden="true" focusable="false" { use href="#x" {} } span { (error) } }
                }
            }
        }
    }
    fn control(&self, error_id: &str) -> Markup {
        let invalid = self.error.is_some().then_some("true");
        let described = self.error.is_some().then_some(error_id);
        let most = match self.kind {
            Kind::Input("text" | "password") | Kind::Area => Some(Bound::of(&self.name).most()),
            _ => None,
        };
        html! {
            @match &self.kind {
                Kind::Input(kind) => input class="input" type=(kind) id=(self.name) name=(self.name) value=(self.value) maxlength=[most] autocomplete=(self.autocomplete) readonly[self.readonly] aria-invalid=[invalid] aria-describedby=[described];,
                Kind::Area => textarea class="input" id=(self.name) name=(self.name) maxlength=[most] readonly[self.readonly] aria-invalid=[invalid] aria-describedby=[described] { (self.value) },
                Kind::Select(options) => span class="pick" { select class="input" id=(self.name) name=(self.name) aria-invalid=[invalid] aria-describedby=[described] {
                    @if self.nothing != "请选择" || !options.iter().any(|(value, _)| *value == self.value) { option value="" { (self.nothing) } }
                    @for (value, words) in options { option value=(value) selected[*value == self.value] { (words) } }
                } },
                Kind::File(accept) => input class="input" type="file" id=(self.name) name=(self.name) accept=(accept) aria-invalid=[invalid] aria-describedby=[described];,
                Kind::Check => {},
            }
        }
    }
}

/// Hidden fields every acting form carries: session token, one-time token, row version.
pub fn hidden(csrf: &str, once: &str, version: i64) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(csrf);
        @if !once.is_empty() { input type="hidden" name="once" value=(once); }
        @if version > 0 { input type="hidden" name="version" value=(version); }
    }
}

/// The summary above a form that was not taken: one line for each field, linked to it.
pub fn error_summary(errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            section class="summary" role="alert" aria-labelledby="error-summary" tabindex="-1" {
                h2 id="error-summary" { "有 " (errors.len()) " 处要改，尚未提交" }
                p { "您填的内容都保留着。" }
                ul { @for (field, message) in errors { li { a href=(format!("#{field}")) { (message) } } } }
            }
        }
    }
}

/// A refusal: 原因 · 怎么办 · 依据, under a tilted beam.
pub fn refusal(refusal: &Refusal) -> Markup {
    html! { section class="refusal" role="alert" { h2 { (tilted(refusal)) } (reasons(refusal)) } }
}

/// A refusal that is the whole page.
pub fn refusal_page(refusal: &Refusal) -> Markup {
    html! { section class="refusal refusal--page" { h1 { (tilted(refusal)) } (reasons(refusal)) } }
}

fn tilted(refusal: &Refusal) -> Markup {
    html! { svg class="i" aria-hidden="true" focusable="false" { use href="#tilt" {} } span { (refusal.what) } }
}

fn reasons(refusal: &Refusal) -> Markup {
    html! {
        dl class="facts" {
            dt { "原因" } dd { (refusal.why) }
            dt { "怎么办" } dd { (refusal.next) }
            @if let Some(basis) = &refusal.basis { dt { "依据" } dd { (basis.cited()) } }
        }
    }
}
