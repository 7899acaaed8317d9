//! Reports made elsewhere and amended reports, on both databases. Limits are 虚构.

use super::bench::*;
use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppResult, testing as stage,
    testing::{AddedItem, Attached, OutsideReport, PrintedIdentity, RegisterAs, TypedItem, view},
};
use hengjian_domain::{
    actor::Role,
    organisation::Tier,
    policy::Action,
    rules::{CompareMethod, ItemClass},
    testing::{
        InspectionConclusion, InspectionId, InspectionOrigin, InspectionState, ItemEntry, ItemVerdict, PrintedReport,
    },
};

/// Decision 报告更正重新告知: a new edition that names the old one; the original stays readable.
#[test]
fn an_amended_report_is_a_new_edition() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let old = submitted(bureau, &up, BAD);
        as_person(bureau, "result", Action::ReportConfirm, old, move |work, version| {
            stage::ask_amendment(work, old, version, "单位与原始记录不符")
        })
        .expect("asked");
        assert!(waiting_for(bureau, old).contains(&(Role::LabSigner, "-".into())));
        let new = as_person(bureau, "sign", Action::InspectionSign, old, move |work, version| {
            stage::amend(work, old, version, "单位与原始记录不符")
        })
        .expect("amended");
        assert_eq!(open_steps(bureau, old), []);
        assert_eq!(inspection(bureau, old).state, InspectionState::Amending);
        assert_eq!(waiting_for(bureau, new), [(Role::Tester, "-".into())]);
        type_values(bureau, new, "test", &[("导体电阻", "13.1")]).expect("typed");
        complete(bureau, new, "test").expect("completed");
        review(bureau, new, "review").expect("reviewed");
        assert_eq!(sign(bureau, new, "sign").expect("signed"), "监抽2021-0001-更1");
        submit(bureau, new).expect("submitted");
        confirm(bureau, new, "").expect("confirmed");
        let (before, after) = (inspection(bureau, old), inspection(bureau, new));
        assert_eq!((before.state, after.state), (InspectionState::Replaced, InspectionState::Confirmed));
        assert_eq!(before.conclusion, Some(InspectionConclusion::Nonconforming));
        assert_eq!(items(bureau, old)[0].value_text.as_deref(), Some("15.1"));
        assert_eq!((after.edition, after.amends_id), (2, Some(old)));
        assert_eq!(after.conclusion, Some(InspectionConclusion::NoNonconformityFound));
    });
}

pub(super) fn outside(up: &Upstream, target: RegisterAs) -> OutsideReport {
    OutsideReport {
        target,
        superior: false,
        tier: Tier::County,
        organiser_name: "县局".into(),
        laboratory_name: up.outside.name.clone(),
        identity: PrintedIdentity {
            product_name: "电线电缆".into(),
            trademark: "溪石".into(),
            model: "BV 2.5".into(),
            batch_text: "2021-08-01".into(),
            sampled_name: "河畔五金店（虚构）".into(),
            sampled_address: "河畔街1号".into(),
            producer_name: "溪石线缆厂（虚构）".into(),
            producer_address: "溪石镇".into(),
            sampled_on: "2021-09-20".parse().ok(),
        },
        printed: PrintedReport {
            number: "W2021-88".into(),
            signatories: "主检甲、审核乙、批准丙".into(),
            conclusion: InspectionConclusion::NoNonconformityFound,
            severity: None,
            conclusion_text: "所检项目未发现不合格".into(),
            failed_items: String::new(),
            issued_on: "2021-09-22".parse().expect("date"),
            received_on: "2021-09-24".parse().expect("date"),
        },
        amendment_reason: String::new(),
        file: Some(Attached { name: "报告.pdf".into(), bytes: PDF.to_vec() }),
        items: Vec::new(),
    }
}
pub(super) fn register(bureau: &Bureau, report: OutsideReport) -> AppResult<InspectionId> {
    bureau.app.act(&bureau.actor("result"), Action::ReportRegister, move |work| stage::register_report(work, report))
}
fn typed_item(limit: &str, value: &str) -> AddedItem {
    AddedItem {
        item: "导体电阻".into(),
        class: ItemClass::A,
        standard: "虚构标准".into(),
        method: "虚构方法".into(),
        unit: "Ω/km".into(),
        limit: limit.into(),
        mandatory: true,
        compare: CompareMethod::FullValue,
        entry: ItemEntry { value: value.into(), reported_verdict: Some(ItemVerdict::Pass), ..ItemEntry::default() },
    }
}

/// settled.md “Stages”: a laboratory without accounts; the paper with its digest; our judgement beside theirs.
#[test]
fn a_report_made_in_the_laboratory_s_own_system() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let laboratory = up.outside.id;
        let id = assign(bureau, &up, move |assignment| assignment.laboratory_id = laboratory).expect("assigned");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "D09".into())]);
        let target = RegisterAs::Assigned(id, inspection(bureau, id).version);
        let without = OutsideReport { file: None, ..outside(&up, target) };
        field(register(bureau, without), "file");
        let picture = Attached { name: "报告.pdf".into(), bytes: PNG.to_vec() };
        field(register(bureau, OutsideReport { file: Some(picture), ..outside(&up, target) }), "file");
        let mut early = outside(&up, target);
        early.printed.issued_on = "2021-09-25".parse().expect("date");
        field(register(bureau, early), "issued_on");
        assert_eq!(register(bureau, outside(&up, target)).expect("registered"), id);
        let report = inspection(bureau, id);
        assert_eq!((report.origin, report.state), (InspectionOrigin::Outside, InspectionState::Submitted));
        assert_eq!((report.our_conclusion, report.tester_id), (None, None));
        let files = bureau.app.store().read(|tx| tx.files_of(id.cast())).expect("files");
        assert_eq!((files.len(), files[0].digest.len(), files[0].media_type.as_str()), (1, 64, "application/pdf"));

        let rows = items(bureau, id);
        let typed = vec![TypedItem {
            id: rows[0].id,
            version: rows[0].version,
            entry: ItemEntry {
                value: "15.1".into(),
                reported_verdict: Some(ItemVerdict::Pass),
                ..ItemEntry::default()
            },
        }];
        as_person(bureau, "result", Action::ReportRegister, id, move |work, version| {
            stage::type_items(work, id, version, typed, Vec::new())
        })
        .expect("typed");
        let report = inspection(bureau, id);
        assert_eq!(report.conclusion, Some(InspectionConclusion::NoNonconformityFound));
        assert_eq!(report.our_conclusion, Some(InspectionConclusion::Nonconforming));
        refused(confirm(bureau, id, ""), "testing.conclusion_differs");
        confirm(bureau, id, "机构复核后维持，差异已记录").expect("confirmed");
        let same_number = OutsideReport { laboratory_name: up.outside.name.clone(), ..outside(&up, RegisterAs::New) };
        refused(register(bureau, same_number), "testing.number_used");

        let mut amended = outside(&up, RegisterAs::Amends(id, inspection(bureau, id).version));
        refused(register(bureau, amended.clone()), "testing.reason_missing");
        amended.amendment_reason = "机构更正了单位".into();
        amended.printed.number = "W2021-88-1".into();
        let new = register(bureau, amended).expect("new edition");
        assert_eq!((inspection(bureau, new).amends_id, inspection(bureau, new).edition), (Some(id), 2));
        assert_eq!(inspection(bureau, id).state, InspectionState::Amending);
    });
}

/// A superior's check: registered without task, sample or items; confirmed; never ours to publish; no notice of ours.
#[test]
fn a_superior_s_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let superior = OutsideReport {
            superior: true,
            tier: Tier::Provincial,
            organiser_name: "省局（虚构）".into(),
            items: vec![typed_item("≤13.3", "12.1"), typed_item("", "1")],
            ..outside(&up, RegisterAs::New)
        };
        let id = register(bureau, superior).expect("registered");
        let report = inspection(bureau, id);
        assert_eq!((report.origin, report.tier), (InspectionOrigin::Superior, Tier::Provincial));
        assert_eq!(report.sampled_enterprise_id, Some(up.record.enterprise_id), "the party is found by its name");
        assert_eq!(report.our_conclusion, Some(InspectionConclusion::NoNonconformityFound));
        assert!(!report.is_ours_to_publish());
        confirm(bureau, id, "").expect("a conforming superior report needs no other stage");
        let station = |login: &str| {
            bureau.app.view(&bureau.actor(login), Action::InspectionRead, move |work| view::readable(work, id))
        };
        assert!(station("station1").is_ok(), "the party's station reads the confirmed report");
    });
}
