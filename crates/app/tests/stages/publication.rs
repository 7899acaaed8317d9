//! 公布: only what is final, own and complete, through three people, and every later change in sight.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, PageRequest,
    publication::{self, EntryWords, Head, PublicFilter},
};
use hengjian_domain::{
    code::Code,
    ids::Id,
    objection::{Authorship, Notice, NoticeState, RecipientCapacity, ServiceMethod},
    organisation::Tier,
    policy::Action,
    publication::{EntryState, PublicationEntry, PublicationId, PublicationState},
    testing::{
        Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState, Severity,
    },
};
use jiff::civil::Date;

pub fn day(text: &str) -> Date {
    text.parse().expect("date")
}

/// What differs between the reports of these stories.
pub struct Report<'r> {
    pub product: &'r str,
    pub sampled_on: &'r str,
    pub failed: bool,
    pub origin: InspectionOrigin,
    /// Day on which the sampled party was served; its right ends fifteen days later.
    pub served_on: &'r str,
    pub window_until: &'r str,
    pub denied: bool,
}

impl Default for Report<'_> {
    fn default() -> Self {
        Self {
            product: "聚氯乙烯绝缘软电缆",
            sampled_on: "2021-08-03",
            failed: true,
            origin: InspectionOrigin::Outside,
            served_on: "2021-09-01",
            window_until: "2021-09-16",
            denied: false,
        }
    }
}

/// A confirmed first report with its served notice, as the stages before leave it.
pub fn confirmed(bureau: &Bureau, report: &Report<'_>) -> InspectionId {
    let actor = bureau.actor("result");
    let org_id = bureau.county.unit("county");
    let nonconforming = report.failed;
    let (product, origin, denied) = (report.product.to_owned(), report.origin, report.denied);
    let (sampled, served, until) = (day(report.sampled_on), day(report.served_on), day(report.window_until));
    let kept = bureau.app.act(&actor, Action::ReportRegister, move |work| {
        let mut inspection = Inspection {
            id: work.new_id(),
            version: 1,
            org_id,
            unit_id: None,
            laboratory_id: None,
            laboratory_name: "岭南质量检测所（演示）".into(),
            task_id: None,
            record_id: None,
            sample_id: None,
            rules_id: None,
            origin,
            purpose: InspectionPurpose::First,
            purpose_id: None,
            tier: Tier::County,
            organiser_name: String::new(),
            state: InspectionState::Confirmed,
            product_name: product,
            trademark: "/".into(),
            model: "RVV 2×1.5".into(),
            model_key: "rvv2×15".into(),
            batch_text: "2021-05-12".into(),
            sampled_enterprise_id: Some(work.new_id()),
            sampled_name: "溪边五金店".into(),
            sampled_address: "乳城镇".into(),
            producer_name: "岭禾线缆厂".into(),
            producer_address: "佛山市".into(),
            sampled_on: Some(sampled),
            received_on: Some(sampled),
            licence_checked: true,
            licence_text: String::new(),
            licence_ok: true,
            receiver_id: None,
            tester_id: None,
            reviewer_id: None,
            signer_id: None,
            signatories_text: String::new(),
            report_number: Some(hex::encode(work.random::<4>())),
            edition: 1,
            amends_id: None,
            conclusion: Some(if nonconforming {
                InspectionConclusion::Nonconforming
            } else {
                InspectionConclusion::NoNonconformityFound
            }),
            severity: nonconforming.then_some(Severity::Serious),
            our_conclusion: None,
            conclusion_text: String::new(),
            failed_items: if nonconforming { "导体电阻".into() } else { String::new() },
            serious_quality_problem: false,
            excluded: false,
            issued_on: Some(sampled),
            submitted_on: Some(sampled),
            confirmed_by: Some(work.actor().user_id),
            confirmed_on: Some(sampled),
            alerted_at_us: None,
            reason: String::new(),
            created_at_us: work.now(),
        };
        work.insert(&mut inspection)?;
        let authorship = if denied { Authorship::Denied } else { Authorship::Open };
        for (capacity, authorship) in
            [(RecipientCapacity::SampledParty, Authorship::Open), (RecipientCapacity::LabelledProducer, authorship)]
        {
            let mut notice = Notice {
                id: work.new_id(),
                version: 1,
                org_id,
                unit_id: None,
                inspection_id: inspection.id,
                number: None,
                capacity,
                enterprise_id: None,
                recipient_name: "溪边五金店".into(),
                recipient_address: String::new(),
                state: NoticeState::Served,
                issued_on: Some(served),
                method: Some(ServiceMethod::InPerson),
                served_on: Some(served),
                service_proof: "回证".into(),
                announced_on: None,
                deemed_on: None,
                window_until_on: Some(until),
                where_text: String::new(),
                backup_text: String::new(),
                consent_text: String::new(),
                withdrawn_reason: String::new(),
                authorship,
                authorship_text: String::new(),
                created_at_us: work.now(),
            };
            work.insert(&mut notice)?;
        }
        work.record(hengjian_app::Event::new("test.report", "测试报告").about(inspection.id));
        Ok(inspection.id)
    });
    kept.expect("report")
}

pub fn drafted(bureau: &Bureau) -> PublicationId {
    let head = Head { title: "2021年第三季度抽查结果".into(), ..Head::default() };
    bureau
        .app
        .act(&bureau.actor("publish"), Action::PublicationDraft, move |work| publication::create(work, head))
        .expect("draft")
}

pub fn version(bureau: &Bureau, id: PublicationId) -> i64 {
    let whole = bureau.app.view(&bureau.actor("publish"), Action::PublicationRead, |work| publication::whole(work, id));
    whole.expect("publication").publication.version
}

/// Runs one act of a person on a publication as it now is.
pub fn step(
    bureau: &Bureau,
    login: &str,
    action: Action,
    id: PublicationId,
    act: fn(&mut hengjian_app::Work<'_>, PublicationId, i64) -> AppResult<()>,
) -> AppResult<()> {
    let version = version(bureau, id);
    bureau.app.act(&bureau.actor(login), action, move |work| act(work, id, version))
}

pub fn include(bureau: &Bureau, id: PublicationId, reports: Vec<InspectionId>) -> AppResult<()> {
    let version = version(bureau, id);
    let act = move |work: &mut hengjian_app::Work<'_>| publication::include(work, id, version, &reports);
    bureau.app.act(&bureau.actor("publish"), Action::PublicationDraft, act)
}

/// Every step from the draft to the released page.
pub fn released(bureau: &Bureau, reports: Vec<InspectionId>) -> PublicationId {
    let id = drafted(bureau);
    include(bureau, id, reports).expect("included");
    step(bureau, "publish", Action::PublicationDraft, id, publication::submit).expect("submitted");
    step(bureau, "result", Action::PublicationBusinessReview, id, publication::review_business).expect("business");
    let secrecy = |work: &mut hengjian_app::Work<'_>, id, version| publication::review_secrecy(work, id, version, true);
    step(bureau, "secrecy", Action::PublicationSecrecyReview, id, secrecy).expect("secrecy");
    step(bureau, "leader", Action::PublicationApprove, id, publication::approve).expect("approved");
    step(bureau, "publish", Action::PublicationDraft, id, publication::publish).expect("published");
    id
}

pub fn found(bureau: &Bureau, text: &str) -> Vec<String> {
    let filter = PublicFilter { text: text.to_owned(), conclusion: String::new() };
    let page = PageRequest { after: None, limit: 25 };
    let (_, entries) = bureau.app.public_view(|view| publication::search(view, &filter, &page)).expect("search");
    entries.into_iter().map(|entry| entry.product_name).collect()
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code),
        other => panic!("{code} expected, {other:?}"),
    }
}

/// R18 第三十六条, decision 公布前提: nothing before the last right has ended; OGI 第二十六条: then twenty working days.
#[test]
fn a_result_is_offered_once_every_right_has_ended() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-16");
        let report = confirmed(bureau, &Report::default());
        let superior =
            Report { origin: InspectionOrigin::Superior, product: "上级抽的电缆", ..Report::default() };
        confirmed(bureau, &superior);
        let id = drafted(bureau);
        refused(include(bureau, id, vec![report]), "publication.not_final");
        bureau.on_day("2021-09-17");
        refused(include(bureau, id, vec![report]), "publication.not_final");
        bureau.app.daily().expect("daily");
        bureau.app.daily().expect("twice changes nothing");
        let publisher = bureau.actor("publish");
        let duties = bureau.app.view(&publisher, Action::Own, hengjian_app::work_list::work_list).expect("work list");
        let due: Vec<_> = duties.iter().filter(|clock| clock.rule == "D18").collect();
        assert_eq!(due.len(), 1, "the superior's result is not ours to publish");
        assert_eq!(due[0].due_on(), Some(day("2021-10-21")));
        include(bureau, id, vec![report]).expect("final now");
        step(bureau, "publish", Action::PublicationDraft, id, publication::submit).expect("final now");
    });
}

/// The whole way, then search, correction, withdrawal; denial is shown as a denial (regulations §7.3(5)).
#[test]
fn released_corrected_withdrawn_in_everybodys_sight() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let failed = confirmed(bureau, &Report { denied: true, ..Report::default() });
        let passed = confirmed(bureau, &Report { product: "家用燃气灶", failed: false, ..Report::default() });
        bureau.app.daily().expect("daily");
        assert!(found(bureau, "电缆").is_empty(), "unpublished is invisible");
        let id = released(bureau, vec![failed, passed]);
        assert_eq!(found(bureau, "电缆"), ["聚氯乙烯绝缘软电缆"]);
        assert_eq!(found(bureau, "五金 燃气"), ["家用燃气灶"]);
        assert_eq!(found(bureau, "没有的").len(), 0);
        assert_eq!(found(bureau, "").len(), 2);
        let whole =
            bureau.app.view(&bureau.actor("publish"), Action::PublicationRead, |work| publication::whole(work, id));
        let whole = whole.expect("publication");
        let entry = whole.entries.iter().map(|(entry, _)| entry).find(|entry| entry.inspection_id == failed);
        let entry: PublicationEntry = entry.expect("entry").clone();
        assert_eq!(entry.producer_name, "岭禾线缆厂（否认）");
        let duties = bureau.app.view(&bureau.actor("publish"), Action::Own, hengjian_app::work_list::work_list);
        assert!(duties.expect("list").iter().all(|clock| clock.rule != "D18"), "the duty to publish has ended");

        let words = EntryWords {
            category: entry.category.clone(),
            model: "RVV 2×1.0".into(),
            batch_text: entry.batch_text.clone(),
            sampled_name: entry.sampled_name.clone(),
            sampled_address: entry.sampled_address.clone(),
            producer_address: entry.producer_address.clone(),
            remark: entry.remark.clone(),
        };
        let (entry_id, entry_version) = (entry.id, entry.version);
        let correct = move |words: EntryWords, reason: &'static str| {
            move |work: &mut hengjian_app::Work<'_>| {
                publication::correct_entry(work, id, entry_id, entry_version, words, reason)
            }
        };
        let publisher = bureau.actor("publish");
        let act = |words, reason| bureau.app.act(&publisher, Action::PublicationDraft, correct(words, reason));
        refused(act(words.clone(), " "), "publication.reason_missing");
        act(words.clone(), "型号录入错误").expect("corrected");
        assert!(matches!(act(words, "再改"), Err(AppError::Stale)));
        let code = entry.public_code.clone();
        let old = bureau.app.public_view(|view| publication::entry(view, &code)).expect("old version stays");
        assert_eq!((old.entry.state, old.other_versions.len()), (EntryState::Corrected, 1));
        assert_eq!(old.other_versions[0].model, "RVV 2×1.0");

        let withdraw =
            |work: &mut hengjian_app::Work<'_>, id, version| publication::withdraw(work, id, version, "决定改变");
        step(bureau, "leader", Action::PublicationApprove, id, withdraw).expect("withdrawn");
        assert!(found(bureau, "").is_empty());
        let code = whole.publication.public_code;
        let shown = bureau.app.public_view(|view| publication::announcement(view, &code)).expect("page stays");
        assert_eq!((shown.publication.state, shown.entries.len()), (PublicationState::Withdrawn, 0));
        assert_eq!(shown.publication.reason, "决定改变");
        let gone = bureau.app.public_view(|view| publication::entry(view, &old.entry.public_code)).expect("page stays");
        let names = [&gone.entry, &gone.other_versions[0]]
            .map(|entry| format!("{}{}{}", entry.sampled_name, entry.producer_name, entry.failed_items));
        assert_eq!((names, gone.entry.product_name.is_empty()), ([String::new(), String::new()], false));
    });
}

/// R18 第十条 and the table of roles: others' results, wrong roles, other counties, stale forms.
#[test]
fn r18_art10_what_is_not_ours_is_not_published() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let superior = confirmed(bureau, &Report { origin: InspectionOrigin::Superior, ..Report::default() });
        let own = confirmed(bureau, &Report::default());
        bureau.app.daily().expect("daily");
        let id = drafted(bureau);
        refused(include(bureau, id, vec![superior]), "publication.not_own");
        include(bureau, id, vec![own]).expect("own");
        refused(include(bureau, id, vec![own]), "publication.twice");
        let mut city = bureau.actor("superior");
        city.roles = vec![hengjian_domain::actor::Role::Publisher];
        let seen = bureau.app.view(&city, Action::PublicationRead, move |work| publication::whole(work, id));
        assert_eq!(seen.expect("the city reads").entries.len(), 1);
        let version = version(bureau, id);
        let submitted =
            bureau.app.act(&city, Action::PublicationDraft, move |work| publication::submit(work, id, version));
        assert!(matches!(submitted, Err(AppError::NotFound)), "the city does not act here: {submitted:?}");
        for login in ["plan", "station1", "audit", "superior", "system"] {
            let done = step(bureau, login, Action::PublicationDraft, id, publication::submit);
            assert!(matches!(done, Err(AppError::NotAllowed(_))), "{login}: {done:?}");
        }
        let act = move |work: &mut hengjian_app::Work<'_>| publication::submit(work, id, 1);
        let stale = bureau.app.act(&bureau.actor("publish"), Action::PublicationDraft, act);
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let nobody: PublicationId = Id::from_uuid(uuid::Uuid::nil());
        let act = move |work: &mut hengjian_app::Work<'_>| publication::submit(work, nobody, 1);
        let missing = bureau.app.act(&bureau.actor("publish"), Action::PublicationDraft, act);
        assert!(matches!(missing, Err(AppError::NotFound)), "{missing:?}");
        assert_eq!(publication::state_from(PublicationState::Ready.code()), Some(PublicationState::Ready));
    });
}
