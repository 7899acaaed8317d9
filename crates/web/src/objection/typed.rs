//! Fields of the acts on a page: their names are unique on the page, and after a refusal they keep what was typed.

use crate::{
    FormData,
    components::{form::Field, thing::Act},
    error::Again,
};
use hengjian_domain::code::Code;
use maud::{Markup, html};

/// What came back from a form that was not taken.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'f> {
    /// The form as sent; `None` when the page is opened.
    pub form: Option<&'f FormData>,
    /// Act that was tried.
    pub act: &'f str,
    /// Messages.
    pub again: &'f Again,
}

impl<'f> Typed<'f> {
    /// A page that is opened.
    pub fn fresh(again: &'f Again) -> Self {
        Self { form: None, act: "", again }
    }
    fn fill(&self, field: Field, name: &str, default: &str) -> Field {
        // A form of another act does not carry this field: its default stays.
        let value = match self.form.filter(|form| !form.all(name).is_empty()) {
            Some(form) => form.get(name).to_owned(),
            None => default.to_owned(),
        };
        field.value(value).error(self.again.of(name))
    }
    /// One line.
    pub fn text(&self, name: &str, label: &str, default: &str) -> Field {
        self.fill(Field::text(name, label), name, default)
    }
    /// Several lines.
    pub fn area(&self, name: &str, label: &str, default: &str) -> Field {
        self.fill(Field::area(name, label), name, default)
    }
    /// A date.
    pub fn date(&self, name: &str, label: &str, default: &str) -> Field {
        self.fill(Field::date(name, label), name, default)
    }
    /// One of a closed list.
    pub fn choice<C: Code>(&self, name: &str, label: &str, default: &str) -> Field {
        self.fill(Field::choice::<C>(name, label), name, default)
    }
    /// One of a list.
    pub fn select(&self, name: &str, label: &str, options: Vec<(String, String)>, default: &str) -> Field {
        self.fill(Field::select(name, label, options), name, default)
    }
    /// A tick.
    pub fn tick(&self, name: &str, label: &str) -> Field {
        Field::checkbox(name, label).ticked(self.form.is_some_and(|form| form.ticked(name))).error(self.again.of(name))
    }
    /// The form of an act behind its heading; unfolded when it was the one that was tried.
    pub fn form(&self, act: &str, heading: &str, action: &str, hidden: Markup, body: Markup, button: &str) -> Act {
        self.folded(act, self.act == act, heading, action, hidden, body, button)
    }
    /// The same, unfolded at once where this is what the page waits for.
    #[expect(clippy::too_many_arguments, reason = "the parts of one form, named where it is called")]
    pub fn folded(
        &self,
        act: &str,
        open: bool,
        heading: &str,
        action: &str,
        hidden: Markup,
        body: Markup,
        button: &str,
    ) -> Act {
        Act::Open(html! {
            details id=(format!("act-{act}")) open[open] { summary { (heading) }
                form method="post" action=(action) enctype="multipart/form-data" { (hidden) (body) p { button class="btn" type="submit" { (button) } } }
            }
        })
    }
    /// Messages for the summary on top.
    pub fn errors(&self) -> Vec<(String, String)> {
        self.again.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect()
    }
}
