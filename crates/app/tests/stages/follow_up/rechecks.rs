//! Rechecks of a case in a laboratory of ours.

use super::*;

/// The recheck of a case that is not void.
fn standing_recheck(bureau: &Bureau, id: CaseId) -> CaseRecheck {
    let all: Vec<CaseRecheck> = bureau.app.store().read(|tx| tx.rechecks_of(id)).expect("rechecks");
    all.into_iter().find(|one| !one.is_void()).expect("one")
}

/// R18 第四十七条, 第四十九条: a free sample goes to a laboratory of ours and its confirmed report moves the case by itself.
#[test]
fn a_recheck_in_a_laboratory_of_ours_reports_back() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-25", "2021-09-25");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        bureau.on_day("2021-10-12");
        rectifying(bureau, id);
        let laboratory_id = Some(result.second_laboratory);
        let sampling = move |seal: &str| {
            let given =
                RecheckSampling { laboratory_id, seal_number: seal.to_owned(), ..outside_sampling("2021-10-12") };
            move |work: &mut Work<'_>, id, version| stage::sample_recheck(work, id, version, &given)
        };
        field(try_step(bureau, "station1", Action::CaseHandle, id, sampling(" ")), "seal_number");
        let due_before = due(bureau, id, "D13");
        step(bureau, "station1", Action::CaseHandle, id, RecheckSampled, sampling("F0008"));
        let lost: CaseRecheck = bureau.app.store().read(|tx| tx.rechecks_of(id)).expect("rechecks").pop().expect("one");
        let lost = lost.inspection_id.expect("assigned");
        let test: Inspection = bureau.app.store().read(|tx| tx.get(&lost)).expect("read").expect("row");
        sample_lost(bureau, test.sample_id.expect("sample"), LossCause::Other);
        assert_eq!(case(bureau, id).state, RecheckApplied, "another sample is to be taken");
        assert_eq!(due(bureau, id, "D13"), due_before, "the seventy-five days are those of the order");
        owned(bureau, id);
        step(bureau, "station1", Action::CaseHandle, id, RecheckSampled, sampling("F0009"));
        let recheck = standing_recheck(bureau, id);
        let report = recheck.inspection_id.expect("assigned");
        field(
            try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
                stage::recheck_result(work, id, version, true, "抢先登记")
            }),
            "report_number",
        );
        let inspection =
            || -> Inspection { bureau.app.store().read(|tx| tx.get(&report)).expect("read").expect("row") };
        let version = || inspection().version;
        let arrival = laboratory::Arrival {
            received_on: day("2021-10-12"),
            seal_intact: true,
            matches_record: true,
            condition: "外包装完好".into(),
            place: "样品室".into(),
            note: String::new(),
            licence: None,
            photos: vec![laboratory::Attached {
                name: "封条.png".into(),
                bytes: vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0],
            }],
        };
        let v = version();
        act(bureau, "receive2", Action::InspectionReceive, move |work| laboratory::receive(work, report, v, arrival))
            .expect("received");
        let v = version();
        act(bureau, "test2", Action::InspectionTest, move |work| laboratory::begin_testing(work, report, v))
            .expect("begun");
        let items: Vec<ItemResult> = bureau.app.store().read(|tx| tx.items_of_inspection(report)).expect("items");
        assert_eq!(items.len(), 2, "all items of the failed report");
        let typed = items
            .iter()
            .map(|item| laboratory::TypedItem {
                id: item.id,
                version: item.version,
                entry: ItemEntry { value: "7.0".into(), ..ItemEntry::default() },
            })
            .collect();
        let v = version();
        act(bureau, "test2", Action::InspectionTest, move |work| {
            laboratory::enter_items(work, report, v, typed, Vec::new()).map(|_| ())
        })
        .expect("typed");
        let v = version();
        act(bureau, "test2", Action::InspectionTest, move |work| laboratory::complete_items(work, report, v))
            .expect("completed");
        let v = version();
        act(bureau, "review2", Action::InspectionReview, move |work| laboratory::review(work, report, v))
            .expect("reviewed");
        let v = version();
        act(bureau, "sign2", Action::InspectionSign, move |work| laboratory::sign(work, report, v)).expect("signed");
        let v = version();
        act(bureau, "sign2", Action::InspectionSign, move |work| laboratory::submit(work, report, v, false))
            .expect("submitted");
        assert_eq!(case(bureau, id).state, RecheckSampled);
        let v = version();
        let checked = Confirmation {
            identity_checked: true,
            conclusion_checked: true,
            explanation: String::new(),
            serious_quality_problem: false,
        };
        act(bureau, "result", Action::ReportConfirm, move |work| laboratory::confirm(work, report, v, &checked))
            .expect("confirmed");
        assert_eq!(case(bureau, id).state, RecheckPassed);
        owned(bureau, id);
        let recheck = standing_recheck(bureau, id);
        assert_eq!((recheck.passed, Some(recheck.report_number)), (Some(true), inspection().report_number));
    });
}
