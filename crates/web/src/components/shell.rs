//! The frame of every page: head, masthead with the eight stages on one graduated beam, foot. Draws no content.

use crate::assets::href;
use hengjian_domain::{actor::Actor, policy::Action};
use maud::{DOCTYPE, Markup, html};

/// Who is logged in, for the masthead.
#[derive(Debug, Clone)]
pub struct UserBar {
    /// Name.
    pub name: String,
    /// Roles in words.
    pub roles: String,
    /// Section or station.
    pub organisation: String,
    /// Menu entries whose pages open for this person: address and word.
    pub menu: Vec<(&'static str, &'static str)>,
}

/// Which door a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Staff.
    Desk,
    /// Everybody.
    Public,
}

/// The frame.
#[derive(Debug, Clone)]
pub struct Page {
    /// Title of the window and, usually, of the page.
    pub title: String,
    /// Door.
    pub door: Door,
    /// Person.
    pub user: Option<UserBar>,
    /// Address of the menu entry that is current, for example `/desk/plans`.
    pub current: &'static str,
    /// Where we are: words and, for all but the last, an address.
    pub crumbs: Vec<(String, Option<String>)>,
    /// Token for the logout form.
    pub csrf: String,
    /// Path of this request.
    pub path: String,
    /// Large type.
    pub large: bool,
    /// Compact tables.
    pub compact: bool,
    /// The person wanted an address that only takes forms and was led here.
    pub led_here: bool,
}

impl Page {
    /// A staff page.
    pub fn desk(title: impl Into<String>) -> Self {
        Self::new(title, Door::Desk)
    }
    /// A page for everybody.
    pub fn public(title: impl Into<String>) -> Self {
        Self::new(title, Door::Public)
    }
    /// Marks the current menu entry.
    #[must_use]
    pub fn at(mut self, current: &'static str) -> Self {
        self.current = current;
        self
    }
    /// Adds a place to the path above the title.
    #[must_use]
    pub fn crumb(mut self, word: impl Into<String>, address: Option<String>) -> Self {
        self.crumbs.push((word.into(), address));
        self
    }
    fn new(title: impl Into<String>, door: Door) -> Self {
        Self {
            title: title.into(),
            door,
            user: None,
            current: "",
            crumbs: Vec::new(),
            csrf: String::new(),
            path: String::new(),
            large: false,
            compact: false,
            led_here: false,
        }
    }
}

/// The desk's menu: the eight stages in order, then what stands beside them, each with what its page asks for.
const DESK_MENU: &[(&str, &str, Action)] = &[
    ("/desk", "待办", Action::Own),
    ("/desk/plans", "计划", Action::PlanRead),
    ("/desk/draws", "抽取", Action::DrawRead),
    ("/desk/visits", "抽样", Action::VisitRead),
    ("/desk/inspections", "检验", Action::InspectionRead),
    ("/desk/objections", "异议", Action::ObjectionRead),
    ("/desk/cases", "后处理", Action::CaseRead),
    ("/desk/publications", "公布", Action::PublicationRead),
    ("/desk/statistics", "统计", Action::StatisticsRead),
    ("/desk/registers", "登记库", Action::RegisterRead),
    ("/desk/import", "导入", Action::ImportRead),
    ("/desk/admin", "管理", Action::Own),
];

/// The part of the desk's menu that opens for a person.
pub fn desk_menu(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    DESK_MENU
        .iter()
        .filter(|(.., action)| action.allowed_to(actor))
        .map(|(address, word, _)| (*address, *word))
        .collect()
}

const PUBLIC_MENU: &[(&str, &str)] =
    &[("/", "抽查结果"), ("/announcements", "公布"), ("/calculators", "计算器"), ("/about", "说明")];

/// A whole document.
pub fn page(page: &Page, body: Markup) -> Markup {
    let own = page.user.as_ref().map(|user| user.menu.as_slice()).unwrap_or_default();
    let (door, menu, home) = match page.door {
        Door::Desk => ("desk", own, "/desk"),
        Door::Public => ("public", PUBLIC_MENU, "/"),
    };
    let show_menu = page.door == Door::Public || page.user.is_some();
    html! {
        (DOCTYPE)
        html lang="zh-CN" data-door=(door) data-type=[page.large.then_some("large")] data-density=[page.compact.then_some("compact")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) " · 衡鉴" }
                link rel="icon" href=(href("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(href("tokens.css"));
                link rel="stylesheet" href=(href("base.css"));
                script src=(href("enhance.js")) defer {}
            }
            body {
                a class="skip" href="#main" { "跳到正文" }
                (symbols())
                header class="mast" {
                    div class="wrap mast__row" {
                        a class="brand" href=(home) { svg aria-hidden="true" fill="none" { use href="#beam" {} } b { "衡鉴" } }
                        p class="mast__org" { "产品质量监督抽查" }
                        div class="mast__end" { (user_bar(page)) }
                    }
                    @if show_menu { (menu_beam(page, menu)) }
                }
                @if !page.crumbs.is_empty() {
                    nav class="wrap" aria-label="位置" { ol class="crumb" {
                        @for (word, address) in &page.crumbs {
                            @match address {
                                Some(address) => li { a href=(address) { (word) } },
                                None => li aria-current="page" { (word) },
                            }
                        }
                    } }
                }
                main id="main" class="wrap" tabindex="-1" {
                    @if page.led_here { p class="flash no-print" role="status" { "刚才的网址只用来提交表单，直接打开不会办理任何事。这里是它所属的页面。" } }
                    (body)
                }
                footer class="foot" { div class="wrap" { ul {
                    li { "衡鉴　产品质量监督抽查" }
                    @if page.door == Door::Desk { li { a href="/desk/calculators" { "计算器" } } li { a href="/" { "公众页面" } } }
                    @else { li { "结果只对所抽的样品批次负责，不代表对产品的推荐" } li { a href="/login" { "工作人员登录" } } }
                } } }
            }
        }
    }
}

fn user_bar(page: &Page) -> Markup {
    html! {
        @if let Some(user) = &page.user {
            span { span class="who__unit" { (user.organisation) "　" } a href="/desk/account" title=(user.roles) { (user.name) } }
            form method="post" action="/logout" {
                input type="hidden" name="csrf" value=(page.csrf);
                button class="linkish" type="submit" { "退出" }
            }
        }
    }
}

fn menu_beam(page: &Page, menu: &[(&str, &str)]) -> Markup {
    html! {
        nav class="stages" aria-label=(if page.door == Door::Desk { "业务阶段" } else { "栏目" }) {
            div class="wrap" { ul {
                @for (address, word) in menu {
                    li { a href=(address) aria-current=[(*address == page.current).then_some("page")] { (word) } }
                }
            } }
            svg class="beam" aria-hidden="true" focusable="false" {
                defs { pattern id="graduation" width="80" height="8" patternUnits="userSpaceOnUse" {
                    path d="M.5 0v7M8.5 0v3M16.5 0v3M24.5 0v3M32.5 0v3M40.5 0v5M48.5 0v3M56.5 0v3M64.5 0v3M72.5 0v3" stroke="currentColor" fill="none" {}
                } }
                rect width="100%" height="8" fill="url(#graduation)" {}
            }
        }
    }
}

/// Marks used by the pages, defined once.
fn symbols() -> Markup {
    html! {
        svg width="0" height="0" aria-hidden="true" focusable="false" class="vh" { defs {
            symbol id="beam" viewBox="0 0 28 28" {
                path d="M2 9.5h24" stroke="currentColor" stroke-width="2.4" {}
                path d="M3.2 9v6M8.4 9v4M19.6 9v4M24.8 9v6" stroke="currentColor" stroke-width="1.6" {}
                path d="M14 11.5 20 24H8Z" fill="currentColor" {}
            }
            symbol id="tilt" viewBox="0 0 24 24" {
                path d="M2 13 22 5" stroke-width="2" {}
                path d="M12 10.5 16.5 21h-9Z" fill="currentColor" stroke="none" {}
                path d="M3 13v4M21 6v3" {}
            }
            symbol id="lock" viewBox="0 0 24 24" { path d="M5 11h14v9H5zM8 11V7.5a4 4 0 0 1 8 0V11" {} }
            symbol id="x" viewBox="0 0 24 24" { path d="M12 3 22 20H2ZM12 10v4.5M12 17v.5" {} }
        } }
    }
}

/// Title of a page and one sentence under it.
pub fn title(heading: &str, lead: &str) -> Markup {
    html! { div class="title" { h1 { (heading) } @if !lead.is_empty() { p { (lead) } } } }
}

/// A section that hangs from a black line.
pub fn section(heading: &str, body: Markup) -> Markup {
    html! { section class="sec" { h2 { (heading) } (body) } }
}
