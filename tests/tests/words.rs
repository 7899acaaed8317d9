//! What every page and form has in common, over real HTTP: bounds on what is typed, addresses that only take forms, links
//! that open, refusals in words, and forms that outlive a login.

use hengjian_domain::{
    code::Code,
    enterprise::{CreditClass, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
};
use hengjian_journeys::{Client, Dice, Server};
use hengjian_web::{
    Access,
    routes::{find, page_above},
    server::route_table,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const NEW_ENTERPRISE: &str = "/desk/registers/enterprises/new";

fn entry(name: &str) -> Vec<(&'static str, String)> {
    vec![
        ("confirmed", "1".to_owned()),
        ("name", name.to_owned()),
        ("kind", EnterpriseKind::Enterprise.code().to_owned()),
        ("legacy_number", "乳登字第 1 号".to_owned()),
        ("address", "乳城镇解放路".to_owned()),
        ("region_code", "440232".to_owned()),
        ("credit_class", CreditClass::Unclassified.code().to_owned()),
        ("status", EnterpriseStatus::Active.code().to_owned()),
        ("scale", EnterpriseScale::Unknown.code().to_owned()),
    ]
}

fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'f str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn filled(path: &str, dice: &mut Dice) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { dice.uuid() } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

/// Whatever field a text stands in and whether the act reads it: a text beyond its bound is never acted upon.
#[test]
fn no_act_takes_a_text_without_a_bound() {
    // They take no text at all: nothing of what is sent is kept.
    const WITHOUT_TEXT: &[&str] = &[
        "/login",
        "/logout",
        "/desk/account/display",
        "/desk/account/sessions",
        "/desk/admin/journal/check",
        "/desk/admin/calendar/remove",
    ];
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let accounts = server.account_by_role();
    let mut clients: BTreeMap<String, Client> = BTreeMap::new();
    let mut dice = Dice(9);
    let long = "长".repeat(60_001);
    let mut tried = 0;
    for route in route_table().into_iter().filter(|route| route.method == "POST" && !WITHOUT_TEXT.contains(&route.path))
    {
        let path = filled(route.path, &mut dice);
        let login = match route.access {
            Access::Public => None,
            Access::Action(action) => {
                let title = action.roles().iter().map(|role| role.title()).find(|title| accounts.contains_key(*title));
                Some(accounts[title.expect("an account for every action")].login.clone())
            }
        };
        let client = match &login {
            None => &mut clients.entry(String::new()).or_insert_with(|| server.client()).clone(),
            Some(login) => clients.entry(login.clone()).or_insert_with(|| server.client_of(login)),
        };
        let answer = client.post(&path, &[("version", "1"), ("note", &long), ("kind", "plan")]);
        assert!((400..500).contains(&answer.status), "{path}: {}: {}", answer.status, answer.text());
        tried += 1;
    }
    assert!(tried > 80, "{tried}");
}

/// The message tells the count beside the field and what was typed is kept; what nobody sees is taken out and told.
#[test]
fn a_text_beyond_its_bound_is_told_beside_its_field() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let mut plan = server.client_of("plan");
    let page = plan.get(NEW_ENTERPRISE).text();
    assert!(page.contains("maxlength=\"200\"") && page.contains("maxlength=\"300\""), "{page}");
    let long = plan.post(NEW_ENTERPRISE, &borrowed(&entry(&"长".repeat(201))));
    let text = long.text();
    assert_eq!(long.status, 422, "{text}");
    assert!(text.contains("id=\"name-error\"") && text.contains("最多 200 个字，现在是 201 个"), "{text}");
    assert!(text.contains(&"长".repeat(201)) && text.contains("乳城镇解放路"), "what was typed is kept");
    let turned = plan.post(NEW_ENTERPRISE, &borrowed(&entry("乳城\u{202E}甲\u{200B}店")));
    assert_eq!(turned.status, 422, "{}", turned.text());
    assert!(
        turned.text().contains("2 个看不见的符号") && turned.text().contains("value=\"乳城甲店\""),
        "{}",
        turned.text()
    );
    assert_eq!(plan.post(NEW_ENTERPRISE, &borrowed(&entry("乳城甲店"))).status, 303);
}

/// Opened by hand or reloaded, an address that only takes forms leads to the page it belongs to, which says so once.
#[test]
fn addresses_that_only_take_forms_lead_back() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let mut plan = server.client_of("plan");
    let table = route_table();
    let mut dice = Dice(3);
    let mut tried = 0;
    for route in table.iter().filter(|route| route.method == "POST") {
        let path = filled(route.path, &mut dice);
        if find(&table, "GET", &path).is_some() {
            continue;
        }
        let answer = plan.get(&path);
        let above = page_above(&table, &path);
        assert_eq!((answer.status, answer.location()), (303, Some(above.as_str())), "{path}");
        assert!(
            find(&table, "GET", &above).is_some() && (path.starts_with(&above) || above == "/desk"),
            "{path}: {above}"
        );
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
    assert_eq!(plan.get("/desk/import/business/preview").location(), Some("/desk/import"));
    let words = "刚才的网址只用来提交表单";
    assert!(plan.get("/desk/import").text().contains(words));
    plan.drop_empty_cookies();
    assert!(!plan.get("/desk/import").text().contains(words), "it is said once");
}

/// Nobody is shown a link that does not open: what the roles or the row forbid is a word.
#[test]
fn every_link_that_is_shown_opens() {
    // Pages of one kind that are looked at; the kinds themselves are all visited.
    const OF_A_KIND: usize = 6;
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let mut dead = Vec::new();
    let mut seen_pages = 0;
    let table = route_table();
    for account in &server.accounts {
        let mut client = server.client_of(&account.login);
        let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
        let mut met = BTreeSet::new();
        let mut queue = VecDeque::from([("/desk".to_owned(), String::new())]);
        while let Some((address, from)) = queue.pop_front() {
            let Some(route) = find(&table, "GET", address.split('?').next().unwrap_or_default()) else {
                dead.push(format!("{}: {address} on {from} is no address", account.login));
                continue;
            };
            let count = of_kind.entry(route.path).or_default();
            *count += 1;
            if *count > OF_A_KIND || route.path.starts_with("/static") || route.path == "/favicon.ico" {
                continue;
            }
            let answer = client.get(&address);
            seen_pages += 1;
            if answer.status >= 400 {
                dead.push(format!("{}: {address} on {from}: {}", account.login, answer.status));
            }
            if let Some(place) = answer.location() {
                queue.push_back((place.to_owned(), address.clone()));
            }
            if !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                continue;
            }
            for rest in answer.text().split(" href=\"").skip(1) {
                let link = rest.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
                if link.starts_with('/') && met.insert(link.clone()) {
                    queue.push_back((link, address.clone()));
                }
            }
        }
    }
    assert!(seen_pages > 1_000, "{seen_pages}");
    assert!(dead.is_empty(), "{} dead links:\n{}", dead.len(), dead.join("\n"));
}

/// A refused page has a heading, the person's own frame and a way on; where nothing was being saved it does not say so.
#[test]
fn refused_pages_are_pages() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let mut plan = server.client_of("plan");
    let id = Dice(1).uuid();
    for (address, status, words) in [
        (format!("/desk/plans/{id}"), 404, "没有找到"),
        ("/desk/nothing".to_owned(), 404, "没有找到"),
        ("/desk/admin/users".to_owned(), 403, "您的岗位不能办理这一项"),
        ("/desk/plans?page=none".to_owned(), 422, "这一页没有打开"),
        (format!("/desk/plans?words={}", "a".repeat(9_000)), 422, "这一页没有打开"),
    ] {
        let answer = plan.get(&address);
        let text = answer.text();
        assert_eq!(answer.status, status, "{address}: {text}");
        assert!(text.contains("<h1") && text.contains(words), "{address}: {text}");
        assert!(
            text.contains("href=\"/desk/account\"") && text.contains("aria-label=\"业务阶段\""),
            "{address}: no frame"
        );
        assert!(!text.contains("没有保存"), "{address}: nothing was being saved: {text}");
    }
    let visitor = server.client().get("/results/none").text();
    assert!(visitor.contains("<h1") && visitor.contains("查抽查结果") && !visitor.contains("回到待办"), "{visitor}");
}

/// All named inputs of a page.
fn inputs(page: &str) -> Vec<(String, String)> {
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            let (value, _) = rest.split_once('"')?;
            Some((name.to_owned(), value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")))
        })
        .collect()
}

/// The login is over when a form is sent: what was typed is on the page, and after login one press sends it. The same
/// where somebody has logged in again in another window.
#[test]
fn a_form_outlives_the_login() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let mut plan = server.client_of("plan");
    let old_token = plan.csrf().to_owned();
    plan.forget();
    let typed = entry("乳城过期甲店 <一>");
    let over = plan.post(NEW_ENTERPRISE, &borrowed(&typed));
    let text = over.text();
    assert_eq!(over.status, 401, "{text}");
    for words in ["登录已到期", "还没有提交", "乳城过期甲店 &lt;一&gt;", "name=\"kept-address\""] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Somebody else who logs in on this page gets nothing of it.
    let other = server.accounts.iter().find(|account| account.login == "result").expect("result").password.clone();
    let mut theirs = inputs(&text);
    theirs.extend([("login".to_owned(), "result".to_owned()), ("password".to_owned(), other)]);
    let theirs: Vec<(&str, &str)> = theirs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let led = plan.post_bare("/login", &theirs);
    assert!(led.status == 303 && !led.text().contains("乳城过期甲店"), "{}: {}", led.status, led.text());
    plan.forget();
    // A wrong password keeps the form too.
    let mut kept = inputs(&text);
    kept.extend([("login".to_owned(), "plan".to_owned()), ("password".to_owned(), "Wrong-2021".to_owned())]);
    let fields = |kept: &[(String, String)]| kept.to_vec();
    let send = |client: &mut Client, path: &str, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.post_bare(path, &fields)
    };
    let wrong = send(&mut plan, "/login", &kept);
    assert!(wrong.status == 409 && wrong.text().contains("name=\"kept-name\""), "{}", wrong.text());
    let password = server.accounts.iter().find(|account| account.login == "plan").expect("plan").password.clone();
    let mut right = fields(&inputs(&wrong.text()));
    right.extend([("login".to_owned(), "plan".to_owned()), ("password".to_owned(), password)]);
    let again = send(&mut plan, "/login", &right);
    assert!(again.status == 200 && again.text().contains("再提交一次"), "{}: {}", again.status, again.text());
    assert!(!again.text().contains("value=\"Demo-"), "no password on the page");
    let once_more = inputs(&again.text());
    assert!(again.text().contains(&format!("action=\"{NEW_ENTERPRISE}\"")), "{}", again.text());
    let done = send(&mut plan, NEW_ENTERPRISE, &once_more);
    assert_eq!(done.status, 303, "{}", done.text());
    let made = plan.get(done.location().expect("a place")).text();
    assert!(made.contains("乳城过期甲店 &lt;一&gt;"), "{made}");

    // The form of the window from before, sent under the new login.
    let mut other = entry("乳城旧窗乙店");
    other.push(("csrf", old_token));
    let forged = plan.post_bare(NEW_ENTERPRISE, &borrowed(&other));
    assert_eq!(forged.status, 403, "without the browser's word it is a stranger's form");
    plan.say_own_page();
    let old = plan.post_bare(NEW_ENTERPRISE, &borrowed(&other));
    assert!(old.status == 409 && old.text().contains("乳城旧窗乙店"), "{}", old.text());
    assert_eq!(send(&mut plan, NEW_ENTERPRISE, &inputs(&old.text())).status, 303);
    // A path that takes no forms is never kept.
    let led = plan
        .post_bare("/login", &[("login", "plan"), ("password", "x"), ("resume", "https://elsewhere"), ("kept-a", "b")]);
    assert!(!led.text().contains("elsewhere"), "{}", led.text());
}
