//! 检验: from receipt to the confirmed report, with each guard on the way, on both databases. Limits are 虚构.

pub(crate) mod bench;
mod reports;
mod sheet;

use crate::support::{Bureau, on_each_database};
use bench::*;
use hengjian_app::{
    AppError, AppResult, Event, PageRequest,
    sampling::{self, Proposal},
    testing as stage,
    testing::{Overruling, Problem, ProblemOn, ReportedUpward, view},
};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::{Clock, ClockState},
    follow_up::{Case, CaseState},
    objection::Notice,
    policy::Action,
    sampling::{LossCause, RecordState, Sample, SampleState, SamplingRecord},
    testing::{
        Confirmation, InspectionConclusion, InspectionId, InspectionPurpose, InspectionState, ItemVerdict,
        LicenceAnswer, LicenceKind, ProblemReport, RiskScope, Severity,
    },
};
use hengjian_store::Column as _;

/// The whole way: who has something to do at each step, what the report says, what the sample does.
#[test]
fn from_receipt_to_the_submitted_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        assert_eq!(waiting_for(bureau, id), [(Role::LabReceiver, "-".into())]);
        assert_eq!(items(bureau, id).len(), 3);
        refused(assign(bureau, &up, |_| {}), "testing.already_assigned");
        refused(begin(bureau, id, "test"), "testing.wrong_state");

        receive(bureau, id, |_| {}).expect("received");
        let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
        let term = clocks.iter().find(|clock| clock.rule == "D09").expect("D09");
        assert_eq!(term.unit_id, Some(bureau.county.unit("laboratory")));
        assert!(term.due_strict_on > Some(bureau.today()) && !term.steps.is_empty());
        assert_eq!(waiting_for(bureau, id), [(Role::Tester, "-".into()), (Role::Tester, "D09".into())]);
        begin(bureau, id, "test").expect("begun");
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.sample.id)).expect("read").expect("sample");
        assert_eq!(sample.state, SampleState::UnderTest);

        type_values(bureau, id, "test", &[("导体电阻", "15.1")]).expect("partly typed");
        refused(complete(bureau, id, "test"), "testing.items_missing");
        refused(review(bureau, id, "review"), "testing.wrong_state");
        type_values(bureau, id, "test", BAD).expect("typed");
        let rows = items(bureau, id);
        assert_eq!(
            rows.iter().map(|row| row.verdict).collect::<Vec<_>>(),
            [ItemVerdict::Fail, ItemVerdict::Pass, ItemVerdict::NotJudged]
        );
        complete(bureau, id, "test").expect("completed");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabReviewer, "-".into()));
        review(bureau, id, "review").expect("reviewed");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabSigner, "-".into()));
        let number = sign(bureau, id, "sign").expect("signed");
        assert_eq!(number, "监抽2021-0001");
        assert!(waiting_for(bureau, id).contains(&(Role::LabSigner, "S4".into())), "the same-day alert is a duty");
        submit(bureau, id).expect("submitted");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        assert!(open_steps(bureau, id)[0].2.starts_with("预警："));

        let report = inspection(bureau, id);
        assert_eq!(report.conclusion, Some(InspectionConclusion::Nonconforming));
        assert_eq!(report.severity, Some(Severity::Serious));
        assert_eq!(report.failed_items, "导体电阻");
        assert!(report.conclusion_text.contains("标志"), "the item without verdict is named");
        assert!(report.alerted_at_us.is_some());
        assert_eq!(report.batch_text, "2021-08-01，批号 B1");
        let log = bureau.actor("test").org_id;
        assert!(bureau.app.store().read(|tx| tx.verify_journal(log)).expect("journal") > 5);
    });
}

/// Confirmation of a failed report drafts the notices and opens the case; twice is refused.
#[test]
fn confirmation_of_a_failed_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = submitted(bureau, &up, BAD);
        let unchecked = as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::confirm(work, id, version, &Confirmation::default())
        });
        refused(unchecked, "testing.checks_missing");
        confirm(bureau, id, "").expect("confirmed");
        assert_eq!(inspection(bureau, id).state, InspectionState::Confirmed);
        assert_eq!(open_steps(bureau, id), []);
        let (notices, cases): (Vec<Notice>, Vec<Case>) = followed(bureau, id);
        assert_eq!((notices.len(), cases.len()), (2, 1), "party and labelled producer are told; one case");
        refused(confirm(bureau, id, ""), "testing.wrong_state");
        amended_to_conforming(bureau, id);
    });
}

/// Notices and cases of a report.
fn followed(bureau: &Bureau, id: InspectionId) -> (Vec<Notice>, Vec<Case>) {
    bureau
        .app
        .store()
        .read(|tx| {
            let notices = tx.list("WHERE inspection_id = ?1", &[id.to_value()])?;
            Ok::<_, hengjian_store::StoreError>((notices, tx.list("WHERE inspection_id = ?1", &[id.to_value()])?))
        })
        .expect("what followed")
}
/// The amended report no longer fails: new notices for the new edition, the case of the old one does not stay open unnoticed.
fn amended_to_conforming(bureau: &Bureau, old: InspectionId) {
    let new = as_person(bureau, "sign", Action::InspectionSign, old, move |work, version| {
        stage::amend(work, old, version, "导体电阻录入有误")
    })
    .expect("amended");
    type_values(bureau, new, "test", &[("导体电阻", "12.9")]).expect("typed");
    complete(bureau, new, "test").expect("completed");
    review(bureau, new, "review").expect("reviewed");
    sign(bureau, new, "sign").expect("signed");
    submit(bureau, new).expect("submitted");
    confirm(bureau, new, "").expect("confirmed");
    assert_eq!(inspection(bureau, old).state, InspectionState::Replaced);
    let (notices, cases) = followed(bureau, new);
    assert_eq!((notices.len(), cases.len()), (2, 1), "everybody is told again, the case goes on with this edition");
    assert_eq!(followed(bureau, old).1, [], "no case is left with the replaced report");
}

/// A conforming report is told too, and opens no case.
#[test]
fn confirmation_of_a_conforming_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = submitted(bureau, &up, GOOD);
        assert!(inspection(bureau, id).alerted_at_us.is_none());
        confirm(bureau, id, "").expect("confirmed");
        let (notices, cases) = followed(bureau, id);
        assert_eq!((notices.len(), cases.len()), (2, 0));
        let sample = sample_of(bureau, &up);
        assert_eq!(sample.state, SampleState::Retained, "检毕留样");
        let chain = bureau.app.store().read(|tx| tx.custody_of(sample.id)).expect("chain");
        assert_eq!(chain.last().map(|step| step.state), Some(SampleState::Retained));
    });
}
fn sample_of(bureau: &Bureau, up: &Upstream) -> Sample {
    bureau.app.store().read(|tx| tx.get(&up.sample.id)).expect("read").expect("sample")
}

/// R18 第三十四条, D16: the end of a tested sample is proposed and approved at the bureau; then the laboratory that has it in
/// hand is the only one with the task, in the same term, and carries it out; F36 is the paper of it.
#[test]
fn r18_art34_the_holder_carries_out_the_approved_end() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| {
            stage::untestable(work, id, version, "样品受潮", "照片2张", &[])
        })
        .expect("untestable");
        as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::decide_stopped(work, id, version, "核销")
        })
        .expect("decided");
        assert_eq!(sample_of(bureau, &up).state, SampleState::Retained, "the seal was opened");
        dispose(bureau, &up).expect("proposed");
        let sample = up.sample.id;
        let proposal = bureau.app.store().read(move |tx| tx.disposals_of(sample)).expect("proposals").remove(0).id;
        let paper = |login: &str| {
            bureau
                .app
                .view(&bureau.actor(login), Action::SampleRead, move |work| sampling::end_paper(work, sample, proposal))
        };
        assert!(matches!(paper("result"), Err(AppError::NotFound)), "no paper before the approval");
        bureau
            .app
            .act(&bureau.actor("leader"), Action::SampleDisposeApprove, move |work| {
                sampling::decide_end(work, proposal, 1, true, "同意").map(|_| ())
            })
            .expect("approved");
        let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(sample.cast())).expect("clocks");
        let open: Vec<_> = clocks.iter().filter(|clock| clock.state == ClockState::Open).collect();
        let laboratory = bureau.county.unit("laboratory");
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!(
            (open[0].rule.as_str(), open[0].owner_role, open[0].unit_id),
            ("D16", Some(Role::LabReceiver), Some(laboratory))
        );
        let finish = |login: &str| {
            let now = sample_of(bureau, &up).version;
            bureau.app.act(&bureau.actor(login), Action::SampleMove, move |work| {
                sampling::carry_out_end(work, sample, now, "已启封", "破碎后作废料处理")
            })
        };
        assert!(matches!(finish("receive2"), Err(AppError::NotFound)), "another laboratory");
        assert!(matches!(finish("sampler1"), Err(AppError::NotFound)), "a sampler");
        finish("receive").expect("carried out");
        assert_eq!(sample_of(bureau, &up).state, SampleState::Disposed);
        let form = paper("result").expect("paper");
        let cells: Vec<String> = form
            .sections
            .iter()
            .flat_map(|part| &part.cells)
            .map(|(label, value, _)| format!("{label}：{value}"))
            .collect();
        for wanted in ["办理经过：已启封　破碎后作废料处理", "退还、处置或者解封：处置", "检验结论：没有检验结论"]
        {
            assert!(cells.iter().any(|cell| cell == wanted), "{wanted}: {cells:?}");
        }
        assert!(matches!(paper("receive2"), Err(AppError::NotFound)));
        assert!(form.render().expect("pdf").starts_with(b"%PDF"));
    });
}

/// Decision 风险监测只作线索: confirmed, nothing follows, so it needs no other stage.
#[test]
fn risk_monitoring_is_a_lead_only() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let id = submitted(bureau, &up, BAD);
        confirm(bureau, id, "").expect("confirmed");
        let report = inspection(bureau, id);
        assert_eq!((report.state, report.confirmed_on), (InspectionState::Confirmed, Some(bureau.today())));
        assert_eq!(open_steps(bureau, id), []);
    });
}

/// Identity differs from the sampling record when that was corrected after the sample was given away.
#[test]
fn identity_is_compared_with_the_sampling_record() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let id = submitted(bureau, &up, GOOD);
        let record = up.record.id;
        bureau
            .app
            .act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
                let mut row: SamplingRecord = work.load(record)?;
                row.model = "BV 4".into();
                work.save(&mut row)?;
                work.record(Event::new("test.changed", "更正型号").about(record));
                Ok(())
            })
            .expect("changed");
        refused(confirm(bureau, id, ""), "testing.identity_differs");
        let seen = bureau
            .app
            .view(&bureau.actor("result"), Action::InspectionRead, move |work| view::inspection_view(work, id))
            .expect("view");
        assert_eq!(seen.differences.len(), 1);
        confirm(bureau, id, "抽样单型号已更正，报告按标签").expect("explained");
    });
}

/// R18 第二十九条: broken seal, other sample, no photograph, a day that cannot be; then the written rejection.
#[test]
fn receipt_and_rejection() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        refused(receive(bureau, id, |arrival| arrival.seal_intact = false), "testing.sample_irregular");
        refused(receive(bureau, id, |arrival| arrival.matches_record = false), "testing.sample_irregular");
        field(receive(bureau, id, |arrival| arrival.photos.clear()), "photos");
        field(receive(bureau, id, |arrival| arrival.received_on = "2021-09-19".parse().expect("date")), "received_on");
        field(receive(bureau, id, |arrival| arrival.received_on = "2021-09-25".parse().expect("date")), "received_on");
        let reject = |reason: &'static str| {
            as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
                stage::reject(work, id, version, reason, "封条破损", &[photo()])
            })
        };
        field(reject(" "), "reject_reason");
        let bare = as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
            stage::reject(work, id, version, "封条破损", "", &[])
        });
        field(bare, "reject_condition");
        reject("封条破损，样品外露").expect("rejected");
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.sample.id)).expect("read").expect("sample");
        assert_eq!((inspection(bureau, id).state, sample.state), (InspectionState::Rejected, SampleState::Rejected));
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        let decide = |text: &'static str| {
            as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
                stage::decide_stopped(work, id, version, text)
            })
        };
        refused(decide(""), "testing.reason_missing");
        assert_eq!(rules_of(bureau, &up), Vec::<String>::new(), "one rejection is one task, on the test's page");
        decide("安排重新抽样").expect("decided");
        assert_eq!(open_steps(bureau, id), []);
        assert_eq!(rules_of(bureau, &up), ["D16"], "what remains is the way out of the sample");
        let record: Option<SamplingRecord> = bureau.app.store().read(|tx| tx.get(&up.record.id)).expect("read");
        assert_eq!(record.expect("record").state, RecordState::Voided, "the batch does not count");
        refused(decide("再定"), "testing.wrong_state");
    });
}

/// R18 第三十条: a licensed product is not received without an answer; a failing gate leads to the end of the test.
#[test]
fn licence_gate() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { licensed: true, ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        refused(receive(bureau, id, |_| {}), "testing.licence_unanswered");
        let answer = |until: &str| LicenceAnswer {
            kind: LicenceKind::Production,
            number: "（虚构）XK00-000-00000".into(),
            holder: "溪石线缆厂（虚构）".into(),
            holder_reason: String::new(),
            scope: "电线电缆".into(),
            covers_model: true,
            valid_from_on: "2016-01-01".parse().ok(),
            valid_until_on: until.parse().ok(),
            produced_on: "2021-08-01".parse().ok(),
        };
        let ended = answer("2020-12-31");
        receive(bureau, id, move |arrival| arrival.licence = Some(ended)).expect("received");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabReceiver, "-".into()));
        refused(begin(bureau, id, "test"), "testing.licence_failed");
        let good = answer("2022-12-31");
        as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
            stage::answer_licence(work, id, version, Some(good))
        })
        .expect("answered again");
        begin(bureau, id, "test").expect("begun");
        let terminate = |reason: &'static str, evidence: &'static str| {
            as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
                stage::terminate(work, id, version, reason, evidence, &[])
            })
        };
        refused(terminate("冒用许可证编号", ""), "testing.evidence_missing");
        terminate("冒用许可证编号", "证书查询截图").expect("terminated");
        let reports = bureau.app.store().read(|tx| tx.problem_reports_of(Some(id), None)).expect("reports");
        assert!(reports.len() == 1 && reports[0].urgent && reports[0].case_id.is_some(), "it opens a case of its own");
        assert_eq!(inspection(bureau, id).state, InspectionState::TerminatedIllegal);
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        // The samples are evidence until the case is closed, then they have their way out with its clock.
        as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::decide_stopped(work, id, version, "移交执法二股")
        })
        .expect("decided");
        refused(dispose(bureau, &up), "sampling.not_final");
        assert_eq!(rules_of(bureau, &up), Vec::<String>::new());
        let case = reports[0].case_id.expect("case");
        bureau
            .app
            .act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
                let mut row: Case = work.load(case)?;
                (row.state, row.closed_on) = (CaseState::Closed, Some(work.today()));
                work.save(&mut row)?;
                work.record(Event::new("test.closed", "办结").about(case));
                Ok(())
            })
            .expect("closed");
        bureau.app.daily().expect("a day passes");
        assert_eq!(rules_of(bureau, &up), ["D16"]);
        dispose(bureau, &up).expect("proposed");
    });
}

/// Rules of the open clocks of the tested sample.
fn rules_of(bureau: &Bureau, up: &Upstream) -> Vec<String> {
    let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(up.sample.id.cast())).expect("clocks");
    clocks.into_iter().filter(|clock| clock.state == ClockState::Open).map(|clock| clock.rule).collect()
}
/// The organiser proposes to dispose of the tested sample.
fn dispose(bureau: &Bureau, up: &Upstream) -> AppResult<()> {
    let id = up.sample.id;
    let sample: Sample = bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("sample");
    let proposal = Proposal {
        target: SampleState::Disposed,
        reason: "不再需要".into(),
        taker: "检测所".into(),
        place: "检测所".into(),
    };
    bureau.app.act(&bureau.actor("result"), Action::SampleDispose, move |work| {
        sampling::propose_end(work, id, sample.version, proposal)
    })
}

/// R18 第九条: the tester is not one of the samplers; decision 报告三级签发: three people.
#[test]
fn separation_of_duties() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { sampler: Some("test"), ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        refused(begin(bureau, id, "test"), "testing.sampler_tests");
        give_roles(bureau, "review", &[Role::Tester, Role::LabReviewer, Role::LabSigner]);
        give_roles(bureau, "sign", &[Role::LabReviewer, Role::LabSigner]);
        begin(bureau, id, "review").expect("another person tests");
        refused(type_values_as(bureau, id, "test"), "testing.not_the_tester");
        type_values(bureau, id, "review", GOOD).expect("typed");
        complete(bureau, id, "review").expect("completed");
        refused(review(bureau, id, "review"), "testing.same_person");
        review(bureau, id, "sign").expect("reviewed");
        refused(sign(bureau, id, "review"), "testing.same_person");
        refused(sign(bureau, id, "sign"), "testing.same_person");
        give_roles(bureau, "receive", &[Role::LabSigner]);
        sign(bureau, id, "receive").expect("a third person signs");
    });
}
fn type_values_as(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    type_values(bureau, id, login, GOOD)
}
fn give_roles(bureau: &Bureau, login: &str, roles: &'static [Role]) {
    let user = bureau.actor(login).user_id;
    bureau
        .app
        .act(&bureau.actor("security"), Action::UserManage, move |work| {
            work.mark_changed();
            work.tx.set_roles(user, roles)?;
            work.record(Event::new("test.roles", "换岗位").about(user));
            Ok(())
        })
        .expect("roles");
}

/// Decision 改判自动结论 and 撤回, 退回 on the way.
#[test]
fn overruling_and_sending_back() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        type_values(bureau, id, "test", &[("导体电阻", "<14"), ("绝缘厚度", "0.52"), ("标志", "符合")]).expect("typed");
        complete(bureau, id, "test").expect("completed");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| stage::take_back(work, id, version))
            .expect("taken back");
        complete(bureau, id, "test").expect("completed");
        refused(review(bureau, id, "review"), "testing.undecided");
        let overrule = |item: &str, verdict: Option<ItemVerdict>, reason: &'static str| {
            let row = items(bureau, id).into_iter().find(|row| row.item == item).expect("row");
            let ruling = Overruling { id: row.id, version: row.version, verdict, reason: reason.into() };
            as_person(bureau, "review", Action::InspectionReview, id, move |work, version| {
                stage::overrule(work, id, version, &[ruling])
            })
        };
        refused(overrule("标志", Some(ItemVerdict::Pass), "看过"), "testing.overrule_impossible");
        refused(overrule("绝缘厚度", Some(ItemVerdict::Fail), "看过"), "testing.overrule_same");
        refused(overrule("绝缘厚度", Some(ItemVerdict::Pass), ""), "testing.reason_missing");
        overrule("导体电阻", Some(ItemVerdict::Pass), "原始记录为12.9，录入有误").expect("overruled");
        let row = items(bureau, id).into_iter().find(|row| row.item == "导体电阻").expect("row");
        assert_eq!((row.verdict, row.final_verdict()), (ItemVerdict::Undecided, ItemVerdict::Pass));
        let back = |reason: &'static str| {
            as_person(bureau, "review", Action::InspectionReview, id, move |work, version| {
                stage::send_back(work, id, version, reason)
            })
        };
        refused(back(""), "testing.reason_missing");
        back("补录实测值").expect("sent back");
        type_values(bureau, id, "test", &[("导体电阻", "12.9")]).expect("typed again");
        let row = items(bureau, id).into_iter().find(|row| row.item == "导体电阻").expect("row");
        assert_eq!((row.overruled_verdict, row.verdict), (None, ItemVerdict::Pass));
        complete(bureau, id, "test").expect("completed");
        review(bureau, id, "review").expect("reviewed");
        let report = inspection(bureau, id);
        assert_eq!((report.severity, report.failed_items.as_str()), (Some(Severity::General), "绝缘厚度"));
    });
}

/// 《产品质量法》第十九条: no signature on an ended certificate.
#[test]
fn no_signature_without_accreditation() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { accreditation_ended: true, ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        type_values(bureau, id, "test", GOOD).expect("typed");
        complete(bureau, id, "test").expect("completed");
        review(bureau, id, "review").expect("reviewed");
        refused(sign(bureau, id, "sign"), "testing.accreditation_invalid");
        assert_eq!(inspection(bureau, id).report_number, None, "no number is spent on a refusal");
    });
}

/// Other laboratories and stations do not find the row; laboratory staff do not see the party before the signature.
#[test]
fn who_finds_and_who_reads_what() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        let version = inspection(bureau, id).version;
        let foreign = bureau.app.act(&bureau.actor("receive2"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version, arrival())
        });
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        let wrong_role = bureau.app.act(&bureau.actor("test"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version, arrival())
        });
        assert!(matches!(wrong_role, Err(AppError::NotAllowed(Action::InspectionReceive))), "{wrong_role:?}");
        let stale = bureau.app.act(&bureau.actor("receive"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version - 1, arrival())
        });
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let seen = |who: &Actor| {
            bureau.app.view(who, Action::InspectionRead, move |work| {
                let filter = view::InspectionFilter { text: "河畔".into(), ..Default::default() };
                let all = view::InspectionFilter::default();
                let page = PageRequest { after: None, limit: 25 };
                let found = view::inspections(work, &filter, &page)?.1;
                Ok((view::inspections(work, &all, &page)?.1, found, view::inspection_view(work, id).is_ok()))
            })
        };
        for (login, expected) in [
            ("result", (1, 1, true)),
            ("receive", (1, 0, true)),
            ("receive2", (0, 0, false)),
            ("station1", (0, 0, false)),
            ("station2", (0, 0, false)),
            ("superior", (1, 0, true)),
        ] {
            assert_eq!(seen(&bureau.actor(login)).expect("view"), expected, "{login}");
        }
        let hidden = |login: &str| {
            let view = bureau
                .app
                .view(&bureau.actor(login), Action::InspectionRead, move |work| view::inspection_view(work, id));
            view.expect("view").party_hidden
        };
        assert!(hidden("test") && !hidden("result"));
        // Readers above and beside the office know nobody before the report is confirmed, nor find them by name.
        for login in ["superior", "audit"] {
            assert!(hidden(login), "{login}");
            let filter = view::InspectionFilter { text: "河畔".into(), ..view::InspectionFilter::default() };
            let page = hengjian_app::PageRequest { after: None, limit: 10 };
            let found = bureau.app.view(&bureau.actor(login), Action::InspectionRead, |work| {
                let all = view::inspections(work, &view::InspectionFilter::default(), &page)?.0;
                Ok((view::inspections(work, &filter, &page)?.1, all.iter().all(|line| line.party_hidden)))
            });
            assert_eq!(found.expect("list"), (0, true), "{login}");
        }
        let set = |sql: &'static str| {
            bureau.app.store().write(move |tx| tx.execute(sql, &[id.to_value()])).expect("planted");
        };
        // Nor in the signed report itself.
        let paper = |login: &str| {
            let read = move |work: &mut hengjian_app::Work<'_>| stage::paper::report_paper(work, id);
            let read = bureau.app.view(&bureau.actor(login), Action::InspectionRead, read);
            read.expect("view").1.is_some_and(|paper| format!("{paper:?}").contains("河畔"))
        };
        set("UPDATE inspection SET state = 'SUBMITTED', issued_on = '2021-09-24' WHERE id = ?1");
        assert!(paper("result") && paper("test") && !paper("superior") && !paper("audit"));
        set("UPDATE inspection SET state = 'CONFIRMED' WHERE id = ?1");
        assert!(paper("superior"));
        assert!(!hidden("superior") && !hidden("audit"), "the confirmed report ends the secrecy of this visit");
        for clock in open_steps(bureau, id) {
            assert!(!clock.2.contains("河畔"), "work lists of the laboratory do not name the party");
        }
    });
}

/// R18 第三十九条: the first laboratory does not re-inspect; the items asked for are those of the first report.
#[test]
fn reinspection_goes_to_another_laboratory() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        submitted(bureau, &up, BAD);
        let again = |laboratory, items: Vec<String>| {
            assign(bureau, &up, move |assignment| {
                assignment.purpose = InspectionPurpose::Reinspection;
                assignment.laboratory_id = laboratory;
                assignment.items = items;
            })
        };
        refused(again(up.laboratory.id, vec![]), "testing.same_laboratory");
        refused(again(up.laboratory2.id, vec!["没有的项目".into()]), "testing.items_unknown");
        let id = again(up.laboratory2.id, vec!["导体电阻".into()]).expect("assigned");
        let rows = items(bureau, id);
        assert_eq!((rows.len(), rows[0].item.as_str(), rows[0].value_text.as_deref()), (1, "导体电阻", None));
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.backup.id)).expect("read").expect("sample");
        assert_eq!(sample.unit_id, Some(bureau.county.unit("laboratory2")), "from now on it is theirs to see");
        let version = inspection(bureau, id).version;
        bureau
            .app
            .act(&bureau.actor("receive2"), Action::InspectionReceive, move |work| {
                stage::receive(work, id, version, arrival())
            })
            .expect("received");
        assert!(waiting_for(bureau, id).contains(&(Role::Tester, "D08".into())));
    });
}

/// R18 第三十一条 and 问题报告: what cannot be tested is reported with evidence.
#[test]
fn untestable_and_problem_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        let empty = bureau.app.act(&bureau.actor("test"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), Problem::default())
        });
        field(empty, "what");
        let earlier = submitted_elsewhere_opens_a_case(bureau, &up);
        let problem =
            Problem { what: "电缆受潮".into(), evidence: "照片".into(), urgent: true, files: vec![photo()] };
        let opened = bureau.app.act(&bureau.actor("test"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), problem)
        });
        let case = opened.expect("a case is opened");
        let reports = bureau.app.store().read(|tx| tx.problem_reports_of(Some(id), None)).expect("reports");
        assert_eq!((reports.len(), reports[0].case_id), (1, Some(case)));
        let opened: Case = bureau.app.store().read(|tx| tx.get(&case)).expect("read").expect("case");
        assert_eq!(opened.org_id, bureau.county.unit("county"));
        assert_ne!(opened.number, earlier, "the number is of the county's own book, whoever reports");
        let other = Problem { what: "x".into(), evidence: "y".into(), ..Problem::default() };
        let foreign = bureau.app.act(&bureau.actor("test2"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), other)
        });
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| {
            stage::untestable(work, id, version, "样品受潮", "照片2张", &[photo()])
        })
        .expect("untestable");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        assert_eq!(inspection(bureau, id).state, InspectionState::Untestable);
        refused(dispose(bureau, &up), "sampling.not_final");
        as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::decide_stopped(work, id, version, "核销")
        })
        .expect("decided");
        assert_eq!(rules_of(bureau, &up), Vec::<String>::new(), "evidence while the problem report's case is open");
    });
}

/// R18 第三十一条, 第三十四条: what cannot be tested, and gave no rise to a case, is to be disposed of within D16.
#[test]
fn r18_art34_samples_of_an_untestable_batch_have_a_way_out() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| {
            stage::untestable(work, id, version, "样品受潮", "照片2张", &[])
        })
        .expect("untestable");
        refused(dispose(bureau, &up), "sampling.not_final");
        as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::decide_stopped(work, id, version, "核销")
        })
        .expect("decided");
        assert_eq!(rules_of(bureau, &up), ["D16"], "at once, not only with the next day");
        dispose(bureau, &up).expect("proposed");
    });
}

/// Decision 样品灭失: a test sample lost on its way ends the test without a result; the batch counts as written off.
#[test]
fn a_sample_lost_at_the_laboratory_ends_its_test() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        let sample = up.sample.id;
        let version = move || -> i64 {
            let row: Option<Sample> = bureau.app.store().read(|tx| tx.get(&sample)).expect("read");
            row.expect("sample").version
        };
        let now = version();
        bureau
            .app
            .act(&bureau.actor("result"), Action::SampleMove, move |work| {
                sampling::report_loss(work, sample, now, ("承运人遗失", "承运人书面说明"), None)
            })
            .expect("lost");
        let now = version();
        bureau
            .app
            .act(&bureau.actor("result"), Action::VisitReview, move |work| {
                sampling::settle_sample(work, sample, now, "核销，向承运人索赔", Some(LossCause::Other))
            })
            .expect("settled");
        let ended = inspection(bureau, id);
        assert_eq!((ended.state, ended.confirmed_on), (InspectionState::Untestable, Some(bureau.today())));
        assert_eq!(open_steps(bureau, id), [], "the laboratory waits for nothing");
        assert_eq!(rules_of(bureau, &up), Vec::<String>::new(), "nobody above has to decide about a carrier's loss");
    });
}

/// 问题报告 with attachments, on an inspection and on a sample: they open for those who may read it and for nobody else.
#[test]
fn attachments_of_problem_reports_open_for_their_readers() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let problem =
            || Problem { what: "标识冒用".into(), evidence: "照片".into(), urgent: false, files: vec![photo()] };
        let (sample, early) = (up.sample.id, problem());
        bureau
            .app
            .act(&bureau.actor("result"), Action::ProblemReport, move |work| {
                stage::report_problem(work, ProblemOn::Sample(sample), early)
            })
            .expect("on a sample without an inspection");
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        let late = problem();
        bureau
            .app
            .act(&bureau.actor("test"), Action::ProblemReport, move |work| {
                stage::report_problem(work, ProblemOn::Inspection(id), late)
            })
            .expect("on an inspection");
        let record = up.record.id;
        let reports = bureau.app.store().read(|tx| tx.problem_reports_of(None, Some(record))).expect("reports");
        assert_eq!(reports.len(), 2);
        let (cases, station) = (reports.clone(), bureau.county.unit("station1"));
        bureau
            .app
            .act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
                for report in cases {
                    let mut case: Case = work.load(report.case_id.expect("case"))?;
                    case.unit_id = Some(station);
                    work.save(&mut case)?;
                    work.record(Event::new("test.dispatched", "分派").about(case.id));
                }
                Ok(())
            })
            .expect("dispatched");
        // A unit is known by its id: one with the same name before another name is another unit.
        let other = bureau.county.unit("laboratory2");
        let of_test = reports.iter().find(|report| report.inspection_id.is_some()).expect("on the inspection").clone();
        let read = of_test.id;
        let reads =
            || bureau.app.view(&bureau.actor("test"), Action::Own, move |work| stage::readable_problem(work, read));
        assert!(reads().is_ok(), "what the own laboratory reported");
        let moved = ProblemReport { reported_unit_id: Some(other), ..of_test };
        let back = bureau.county.unit("laboratory");
        let change = |mut report: ProblemReport| {
            bureau.app.act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
                work.save(&mut report)?;
                work.record(Event::new("test.moved", "改报告单位").about(report.id));
                Ok(report)
            })
        };
        let moved = change(moved).expect("moved");
        assert!(matches!(reads(), Err(AppError::NotFound)), "the words of another unit may name the party");
        change(ProblemReport { reported_unit_id: Some(back), ..moved }).expect("moved back");
        for report in reports {
            let files = bureau.app.store().read(|tx| tx.files_of(report.id.cast())).expect("files");
            assert_eq!(files.len(), 1, "kept under the report itself");
            let file = files[0].id;
            let opens = |login: &str| {
                bureau.app.view(&bureau.actor(login), Action::Own, move |work| work.readable_file(file)).is_ok()
            };
            let of_laboratory = report.inspection_id.is_some();
            for (login, expected) in [
                ("result", true),
                ("enforce", true),
                ("test", of_laboratory),
                ("test2", false),
                ("station1", true),
                ("station2", false),
                ("security", false),
            ] {
                assert_eq!(opens(login), expected, "{login}, report of {}", report.reported_by);
            }
        }
    });
}

/// Notice, part four, S5: a possible industry-wide risk is reported upward within three working days; confirming the report
/// does not end that duty, the report upward does.
#[test]
fn s5_an_industry_wide_risk_is_reported_upward() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        let raise = |grounds: &'static str| {
            as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
                stage::raise_risk(work, id, version, RiskScope::Industry, grounds)
            })
        };
        refused(raise("同类产品连续不合格"), "testing.risk_without_ground");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        type_values(bureau, id, "test", BAD).expect("typed");
        complete(bureau, id, "test").expect("completed");
        review(bureau, id, "review").expect("reviewed");
        sign(bureau, id, "sign").expect("signed");
        submit(bureau, id).expect("submitted");
        field(raise(" "), "risk_reason");
        let risk = raise("同类产品连续不合格").expect("raised");
        refused(raise("又一次"), "testing.risk_open");
        let s5 = || {
            let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
            clocks.into_iter().find(|clock| clock.rule == "S5").expect("S5")
        };
        assert_eq!(
            s5().due_strict_on,
            "2021-09-28".parse().ok(),
            "three working days, the Sunday before the holiday works"
        );
        confirm(bureau, id, "").expect("confirmed");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "S5".into())], "the duty outlives the confirmation");
        let upward = |login: &str, to: &str, on: &str| {
            let how =
                ReportedUpward {
                    to: to.into(), on: on.parse().expect("date"), receipt: "乳市监函〔2021〕3 号".into()
                };
            bureau
                .app
                .act(&bureau.actor(login), Action::ReportConfirm, move |work| stage::report_risk(work, risk, 1, &how))
        };
        field(upward("result", "", "2021-09-24"), "risk_to");
        refused(upward("result", "市局产品质量监管科", "2021-09-25"), "testing.risk_day");
        assert!(matches!(upward("station1", "市局", "2021-09-24"), Err(AppError::NotAllowed(_))));
        upward("result", "市局产品质量监管科", "2021-09-24").expect("reported");
        assert_eq!((s5().state, open_steps(bureau, id)), (ClockState::Done, vec![]));
        assert!(matches!(upward("result", "市局", "2021-09-24"), Err(AppError::Stale)));
        let seen = |login: &str| {
            let view = bureau
                .app
                .view(&bureau.actor(login), Action::InspectionRead, move |work| view::inspection_view(work, id));
            view.expect("view").risks.len()
        };
        assert_eq!((seen("result"), seen("test")), (1, 0), "what the authority thinks is not the laboratory's");
    });
}

/// A failed report of a superior opens a case by the county's own act; returns its number.
fn submitted_elsewhere_opens_a_case(bureau: &Bureau, up: &Upstream) -> String {
    let mut report = reports::outside(up, stage::RegisterAs::New);
    report.superior = true;
    report.printed.number = "S2021-1".into();
    report.printed.conclusion = InspectionConclusion::Nonconforming;
    report.printed.failed_items = "导体电阻".into();
    let id = reports::register(bureau, report).expect("registered");
    confirm(bureau, id, "").expect("confirmed");
    followed(bureau, id).1[0].number.clone()
}
