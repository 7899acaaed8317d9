//! What a page says after an act, over HTTP on the demonstration: a form that is refused comes back as it was sent (the
//! act unfolded, everything typed in it, the message inside), a draft is called one, what was taken back is not said to
//! be there.

use hengjian_journeys::{Answer, Client, Server, page};

/// The part of the page that folds the form sent to `action`.
fn fold<'p>(html: &'p str, action: &str) -> &'p str {
    let sent_to = format!("action=\"{action}\"");
    let found = html
        .split("<details")
        .skip(1)
        .find(|part| part.split("</details>").next().is_some_and(|part| part.contains(&sent_to)));
    let part = found.unwrap_or_else(|| panic!("no act {action} on {}", page::words(html)));
    part.split("</details>").next().unwrap_or_default()
}

/// Sends an act's form with what is typed, as the browser would, and looks at the answer.
#[track_caller]
fn refused(client: &mut Client, at: &str, act: &str, typed: &[(&str, &str)]) -> Answer {
    let shown = client.get(at).text();
    let action = format!("{at}/{act}");
    assert!(!fold(&shown, &action).starts_with(" open"), "{action} is unfolded before it was tried");
    let form = page::forms(&shown).into_iter().find(|form| form.action == action).expect("form");
    let mut sent: Vec<(String, String)> = form.sent(None);
    for (name, value) in typed {
        let field = sent.iter_mut().find(|(sent, _)| sent == name).unwrap_or_else(|| panic!("{action} has no {name}"));
        field.1 = (*value).to_owned();
    }
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = client.post_bare(&action, &sent);
    let html = answer.text();
    assert!(matches!(answer.status, 409 | 422), "{action} is answered {}: {}", answer.status, page::words(&html));
    let part = fold(&html, &action);
    assert!(part.starts_with(" open"), "{action} is folded shut: {part}");
    assert!(part.contains("class=\"err\""), "{action} says nothing where it was tried: {part}");
    let back = page::forms(&html).into_iter().find(|form| form.action == action).expect("form");
    for (name, value) in typed {
        let field = back.field(name).unwrap_or_else(|| panic!("{name} is gone"));
        assert_eq!(field.value, *value, "{name} of {action}");
    }
    answer
}

/// First address of a list that begins with `list` and has an id behind it.
fn first(client: &mut Client, list: &str, wanted: impl Fn(&str) -> bool) -> String {
    let found = page::links(&client.get(list).text()).into_iter().map(|(address, _)| address);
    let mut found = found.filter(|address| address.strip_prefix(list).is_some_and(|id| id.len() == 37));
    found.find(|address| wanted(address)).unwrap_or_else(|| panic!("nothing in {list}"))
}

fn has_act(client: &mut Client, address: &str, act: &str) -> bool {
    client.get(address).text().contains(&format!("action=\"{address}/{act}\""))
}

/// First thing of a list whose page has an act.
fn with_act(client: &mut Client, list: &str, act: &str) -> String {
    let reader = client.clone();
    first(client, list, |address| has_act(&mut reader.clone(), address, act))
}

#[test]
fn a_refused_act_is_unfolded_with_everything_typed() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("demo"));
    let mut editor = server.client_of("plan");
    let made = editor.post("/desk/plans", &[("once", "refused-forms"), ("year", "2021"), ("title", "应急抽查计划")]);
    let draft = made.location().expect("a draft").to_owned();

    // 计划: the reason is missing, or the number is none.
    let plan = first(&mut editor, "/desk/plans", |address| address != draft);
    refused(&mut editor, &plan, "adjust", &[("adjust_reason", " ")]);
    let mut leader = server.client_of("leader");
    refused(&mut leader, &draft, "cancel", &[("cancel_reason", "")]);
    let mut result = server.client_of("result");
    if has_act(&mut result, &plan, "file") {
        refused(&mut result, &plan, "file", &[("receipt", ""), ("filed_on", "2021-09-20")]);
        refused(&mut result, &plan, "file", &[("receipt", "备〔2021〕9"), ("filed_on", "2021-12-31")]);
    }

    // 任务: suspended or cancelled without a word.
    let task = with_act(&mut leader, "/desk/tasks", "suspend");
    refused(&mut leader, &task, "suspend", &[("suspend_reason", "")]);
    refused(&mut leader, &task, "cancel", &[("cancel_reason", " ")]);

    // 抽取: a number that is none keeps the other; more than the task has; a person left out without a reason.
    let mut operator = server.client_of("draw");
    let draw = with_act(&mut operator, "/desk/draws", "size");
    refused(&mut operator, &draw, "size", &[("quota", "两家"), ("reserve", "7")]);
    refused(&mut operator, &draw, "size", &[("quota", "987"), ("reserve", "7")]);
    let mut witness = server.client_of("witness");
    let void = with_act(&mut witness, "/desk/draws", "void");
    refused(&mut witness, &void, "void", &[("words", "")]);
}

/// 预览 until it is issued, and the word 草稿 on the paper; a plan without text is not submitted and says so.
#[test]
fn a_draft_is_shown_as_one() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("demo"));
    let mut editor = server.client_of("plan");
    let issued = first(&mut editor, "/desk/plans", |_| true);
    assert!(page::words(&editor.get(&issued).text()).contains("印发件 PDF"));
    let made = editor.post(
        "/desk/plans",
        &[("once", "a-draft"), ("year", "2021"), ("title", "应急抽查计划"), ("copy_from", &issued[12..])],
    );
    let draft = made.location().expect("a draft").to_owned();
    let shown = page::words(&editor.get(&draft).text());
    assert!(shown.contains("还没有写正文。请用“按产品重写正文”生成"), "{shown}");
    assert!(shown.contains("预览 PDF") && !shown.contains("印发件"), "{shown}");
    assert!(shown.contains("不能提交审批 原因 还没有写正文"), "{shown}");
    assert!(page::words(&editor.get(&format!("{draft}/print")).text()).contains("草稿 第 1 版"));
}

/// A table without a title becomes a plan of its year; after the import is taken back nothing is said to be imported.
#[test]
fn an_import_that_was_taken_back_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("demo"));
    let mut editor = server.client_of("plan");
    let table = "产品名称,抽查批次,抽样领域\n电热水壶,三,生产领域\n电饭锅,4,生产领域\n";
    let previewed =
        editor.post_file("/desk/import/business/preview", &[("kind", "plan")], "表一.csv", table.as_bytes());
    let html = previewed.text();
    assert!(page::words(&html).contains("2021 年产品质量监督抽查计划"), "{}", page::words(&html));
    let form =
        page::forms(&html).into_iter().find(|form| form.action == "/desk/import/business").expect("confirmation");
    let sent = form.sent(None);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let run = editor.post_bare(&form.action, &sent).location().expect("an import").to_owned();
    let html = editor.get(&run).text();
    let words = page::words(&html);
    assert!(words.contains("已导入，待核对") && words.contains("看计划"), "{words}");
    let undo = page::forms(&html).into_iter().find(|form| form.action.contains("/undo/")).expect("undo");
    let sent = undo.sent(None);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(editor.post_bare(&undo.action, &sent).status, 303);
    let words = page::words(&editor.get(&run).text());
    assert!(words.contains("已撤销") && !words.contains("已导入") && !words.contains("看计划"), "{words}");
}
