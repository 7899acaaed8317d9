//! 抽样: from the sealed name to the reviewed record and the end of a sample, with everybody who must not know.

mod fixture;

use fixture::*;

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, Event, PageRequest,
    sampling::{self, Attachment, HandOver, Move, Proposal, SamplingFilter},
    statistics::{self, Figure, StatisticsFilter},
    work_list,
};
use hengjian_domain::{
    clock::{ClockState, SubjectKind},
    exchange::EarlierCheck,
    ids::SubjectId,
    match_key::match_key,
    organisation::Tier,
    plan::{SpotCheckTask, TaskKind, TaskState},
    policy::Action,
    sampling::{
        CellKind, LossCause, OutcomeFacts, RecordState, SampleId, SampleKind, SampleState, Signing, Visit, VisitId,
        VisitOutcome, VisitState, cells, required_evidence,
    },
};

/// settled.md “Who may know”, C01: before the release no list, page, timeline, journal or size tells the name to anybody.
#[test]
fn before_the_release_nobody_reads_the_name() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let (short, long) = (new_visit(bureau, &up, ""), new_visit(bureau, &up, &"BV 2.5\n".repeat(100)));
        bureau.at("2021-09-28T07:59");
        for login in [
            "sampler1", "sampler2", "sampler3", "station1", "station2", "dispatch", "plan", "leader", "result",
            "enforce", "audit", "superior",
        ] {
            let actor = bureau.actor(login);
            let seen = list(bureau, login);
            assert!(seen.rows.iter().all(|row| row.party.is_none()), "{login}");
            // The station that goes along would tell the town: its officer lies sealed as well.
            let of_visit = matches!(login, "sampler1" | "sampler2");
            assert_eq!(seen.rows.len(), if of_visit { 2 } else { 0 }, "{login}");
            let view = bureau.app.view(&actor, Action::VisitRead, |work| sampling::visit_view(work, short));
            if of_visit {
                let view = view.expect("own visit");
                assert!(
                    view.party.is_none() && view.timeline.is_empty() && view.files.is_empty() && view.clocks.is_empty()
                );
                assert!(view.visit.enterprise_id.is_none() && view.visit.unit_id.is_none());
            } else {
                not_found(view);
            }
            let files = bureau.app.view(&actor, Action::VisitRead, |work| sampling::may_read_visit(work, short));
            not_found(files);
        }
        let open =
            carry_out(bureau, "sampler1", short, move |work, version| sampling::open_visit(work, short, version));
        refused(open, "sampling.not_released");
        let told = journal(bureau);
        let secret = [PARTY.to_owned(), up.firm.id.to_string(), "BV 2.5".to_owned()];
        assert!(secret.iter().all(|secret| !told.contains(secret)), "{told}");
        let sizes: Vec<usize> = [short, long]
            .iter()
            .map(|id| {
                let blob = bureau.app.store().read(|tx| tx.sealed_blob_of(id.cast::<hengjian_domain::ids::Anything>()));
                let bytes = blob.expect("blob").expect("sealed").bytes;
                assert!(!String::from_utf8_lossy(&bytes).contains(&up.firm.id.to_string()));
                bytes.len()
            })
            .collect();
        assert_eq!(sizes[0], sizes[1], "the size tells nothing");
        // At the release: the team only, and each opening is noted.
        bureau.at(RELEASE);
        let stranger = bureau.actor("sampler3");
        not_found(bureau.app.act(&stranger, Action::VisitCarryOut, move |work| sampling::open_visit(work, short, 1)));
        carry_out(bureau, "sampler1", short, move |work, version| sampling::open_visit(work, short, version))
            .expect("open");
        let view = |login| {
            bureau.app.view(&bureau.actor(login), Action::VisitRead, move |work| sampling::visit_view(work, short))
        };
        assert_eq!(view("sampler1").expect("lead").party.map(|party| party.name).as_deref(), Some(PARTY));
        assert!(view("sampler2").expect("second").party.is_none(), "each opens for himself");
        for login in ["sampler3", "dispatch", "result", "plan", "leader", "audit", "superior", "station2"] {
            not_found(view(login));
        }
        let accompany = bureau.actor("station1");
        let now = version(bureau, "station1", short);
        bureau
            .app
            .act(&accompany, Action::VisitRead, move |work| sampling::open_visit(work, short, now))
            .expect("accompanying officer after the team");
        assert_eq!(view("station1").expect("station").party.map(|party| party.name).as_deref(), Some(PARTY));
        let told = journal(bureau);
        assert_eq!(told.matches("access.view").count(), 2);
        assert!(!told.contains(PARTY), "{told}");
        let stale = bureau
            .app
            .act(&bureau.actor("sampler2"), Action::VisitCarryOut, move |work| sampling::open_visit(work, short, 1));
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
    });
}

/// settled.md “Who may know”: the station that goes along tells the town, so its officer is sealed like the party: not in
/// the row, not for the officer, until the team opens the visit; then the officer has a step. Visits that an earlier
/// version handed over in clear are sealed by the daily work.
#[test]
fn settled_the_accompanying_officer_is_sealed_like_the_party() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let (new, old) = (new_visit(bureau, &up, ""), new_visit(bureau, &up, ""));
        let officer = bureau.actor("station1");
        let row = |id: VisitId| bureau.app.store().read(|tx| tx.get::<Visit>(&id)).expect("read").expect("visit");
        let mut clear = Visit { accompanying_user_id: Some(officer.user_id), ..row(old) };
        bureau.app.store().write(move |tx| tx.update(&mut clear)).expect("as before");
        bureau.app.daily().expect("daily");
        bureau.app.daily().expect("twice");
        for id in [new, old] {
            assert_eq!(row(id).accompanying_user_id, None);
            not_found(bureau.app.view(&officer, Action::VisitRead, |work| sampling::visit_view(work, id)));
        }
        bureau.at(RELEASE);
        for id in [new, old] {
            carry_out(bureau, "sampler1", id, move |work, version| sampling::open_visit(work, id, version))
                .expect("open");
            assert_eq!(row(id).accompanying_user_id, Some(officer.user_id));
            let seen = bureau.app.view(&officer, Action::VisitRead, |work| sampling::visit_view(work, id));
            assert!(seen.expect("known to the officer").party.is_none(), "each opens for himself");
            let clocks = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
            let steps = clocks.iter().filter(|clock| clock.state == ClockState::Open);
            assert!(steps.clone().any(|clock| clock.owner_user_id == Some(officer.user_id)), "{clocks:?}");
            assert_eq!(steps.count(), 2);
        }
    });
}

/// The whole way of a sampled visit: arrival, form, outcome, declarations, signature, submission, return, review,
/// hand-over; every guard on the way.
#[test]
fn a_sampled_visit_from_release_to_laboratory() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let id = new_visit(bureau, &up, "");
        arrived(bureau, id);
        let task: SpotCheckTask = bureau.app.store().read(|tx| tx.get(&up.task)).expect("read").expect("task");
        assert_eq!(task.state, TaskState::Sampling);
        // The bureau knows now, the station of the area too; another station, audit and superior do not.
        let view = |login: &str| {
            bureau.app.view(&bureau.actor(login), Action::VisitRead, move |work| sampling::visit_view(work, id))
        };
        for login in ["result", "plan", "station1", "sampler2"] {
            assert!(view(login).expect(login).party.is_some(), "{login}");
        }
        for login in ["station2", "audit", "superior", "sampler3"] {
            not_found(view(login));
            assert!(list(bureau, login).rows.is_empty(), "{login}");
        }
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.no_record");
        let record = begun(bureau, id);
        let read = || {
            bureau
                .app
                .view(&bureau.actor("sampler1"), Action::VisitRead, move |work| sampling::record_view(work, record))
                .expect("record")
        };
        let fresh = read();
        assert_eq!(fresh.record.number, "440232-2021-XC-003-0001");
        assert_eq!(fresh.record.form.party_name, PARTY);
        assert_eq!((fresh.record.test_quantity.as_str(), fresh.record.unit.as_str()), ("2", "卷"));
        assert!(fresh.problems.len() > 10);
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.record_incomplete");
        not_found(save(bureau, "sampler3", record, complete()));
        let mut unreadable = complete();
        unreadable.cells.push(("unit_price", "八十四".into()));
        assert!(matches!(save(bureau, "sampler1", record, unreadable), Err(AppError::Fields(_))));
        let mut too_much = complete();
        too_much.cells.push(("test_quantity", "3".into()));
        assert_eq!(save(bureau, "sampler1", record, too_much).expect("saved"), 1, "PQL art. 15");
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.record_incomplete");
        let mut right = complete();
        right.cells.push(("test_quantity", "2".into()));
        assert_eq!(save(bureau, "sampler2", record, right).expect("saved"), 0);
        assert_eq!(read().record.amount_fen, 16_800);
        let stale = bureau.app.act(&bureau.actor("sampler1"), Action::VisitCarryOut, move |work| {
            sampling::save_record(work, record, 1, complete())
        });
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        outcome(bureau, id, facts(VisitOutcome::Sampled)).expect("outcome");
        refused(save(bureau, "sampler1", record, complete()), "sampling.wrong_state");
        refused(sign(bureau, id), "sampling.not_declared");
        declare(bureau, "sampler1", id).expect("lead");
        refused(sign(bureau, id), "sampling.not_declared");
        let for_other = carry_out(bureau, "sampler1", id, move |work, version| {
            let paper =
                Attachment { slot: "声明".into(), field: "paper".into(), name: "a.jpg".into(), bytes: JPEG.into() };
            sampling::declare(work, id, version, Some(paper))
        });
        refused(for_other, "sampling.declares_for_other");
        let mine = bureau.app.view(&bureau.actor("sampler2"), Action::Own, work_list::work_list).expect("work list");
        assert!(mine.iter().any(|clock| clock.title.contains("声明")), "{mine:?}");
        declare(bureau, "sampler2", id).expect("second");
        sign(bureau, id).expect("sign");
        refused(save(bureau, "sampler1", record, complete()), "sampling.signed");
        let signed = read();
        assert_eq!(signed.record.state, RecordState::Signed);
        let states: Vec<_> = signed.samples.iter().map(|s| (s.kind, s.state, s.free, s.number.clone())).collect();
        let number = "440232-2021-XC-003-0001";
        assert_eq!(
            states,
            [
                (SampleKind::Inspection, SampleState::Sealed, false, format!("{number}/J1")),
                (SampleKind::Backup, SampleState::HeldAtParty, true, format!("{number}/B1")),
            ]
        );
        let test = signed.samples[0].clone();
        let hand_over = HandOver {
            transport: "抽样人员自送".into(),
            place: "县局".into(),
            condition: "完好".into(),
            seal_intact: true,
            note: String::new(),
        };
        let give = |login: &str, version: i64, how: HandOver| {
            bureau.app.act(&bureau.actor(login), Action::SampleMove, move |work| {
                sampling::hand_over(work, test.id, version, how)
            })
        };
        refused(give("sampler1", test.version, hand_over.clone()), "sampling.record_not_submitted");
        refused(submit(bureau, id, "", ""), "sampling.signed_page_missing");
        submit(bureau, id, "", "签字页扫描件存档").expect("submit");
        let duty = bureau.app.view(&bureau.actor("result"), Action::Own, work_list::work_list).expect("work list");
        let due = duty.iter().find(|clock| clock.rule == "V1").and_then(|clock| clock.due_strict_on);
        assert_eq!(due, Some("2021-09-30".parse().expect("date")), "two working days");
        let reasons = vec![("批号".to_owned(), "与照片不符".to_owned())];
        review(bureau, id, move |work, version| sampling::send_back(work, id, version, &reasons)).expect("return");
        assert_eq!(read().record.state, RecordState::Returned);
        refused(submit(bureau, id, "", "签字页扫描件存档"), "sampling.answer_missing");
        submit(bureau, id, "批号照标识，无误", "签字页扫描件存档").expect("submit again");
        review(bureau, id, move |work, version| sampling::accept(work, id, version)).expect("accept");
        let twice = review(bureau, id, move |work, version| sampling::accept(work, id, version));
        refused(twice, "sampling.wrong_state");
        let open = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
        assert!(open.iter().all(|clock| clock.state != ClockState::Open), "{open:?}");
        let task: SpotCheckTask = bureau.app.store().read(|tx| tx.get(&up.task)).expect("read").expect("task");
        assert_eq!(task.state, TaskState::Testing, "the one batch is sampled");
        // To the laboratory: broken seal refused, stranger refused, then received there and nowhere else.
        let broken = HandOver { seal_intact: false, ..hand_over.clone() };
        refused(give("sampler1", test.version, broken), "sampling.seal_broken");
        not_found(give("sampler3", test.version, hand_over.clone()));
        let unseen = |login: &str| {
            bureau.app.view(&bureau.actor(login), Action::SampleRead, move |work| sampling::sample_view(work, test.id))
        };
        not_found(unseen("receive"));
        give("sampler1", test.version, hand_over.clone()).expect("hand over");
        assert!(matches!(give("sampler1", test.version, hand_over), Err(AppError::Stale)));
        let passport = unseen("receive").expect("laboratory");
        assert_eq!(passport.sample.state, SampleState::InTransit);
        assert_eq!(passport.chain.len(), 2);
        assert!(passport.inspection.is_some(), "assigned to the laboratory with the hand-over");
        for login in ["receive2", "station2", "audit"] {
            not_found(unseen(login));
        }
        // R18 art. 29: the sample administrator compares with the record; the tester does not know whose sample it is.
        assert!(!passport.party_hidden && format!("{:?}", passport.chain).contains(PARTY));
        let page = PageRequest { after: None, limit: 25 };
        for login in ["test", "review", "sign"] {
            let blind = unseen(login).expect(login);
            let listed = bureau
                .app
                .view(&bureau.actor(login), Action::SampleRead, |work| {
                    sampling::samples(work, &SamplingFilter::default(), &page)
                })
                .expect("list");
            let shown = format!("{:?} {:?} {:?}", blind.sample, blind.chain, listed.rows);
            assert!(blind.party_hidden && !shown.contains(PARTY), "{login}: {shown}");
            assert_eq!(blind.chain.len(), 2, "the chain itself is there");
            not_found(
                bureau
                    .app
                    .view(&bureau.actor(login), Action::SampleRead, move |work| sampling::record_view(work, record)),
            );
        }
        bureau
            .app
            .view(&bureau.actor("receive"), Action::SampleRead, move |work| sampling::record_view(work, record))
            .expect("the record comes with the sample");
        for (login, count) in [
            ("result", 2),
            ("receive", 1),
            ("receive2", 0),
            ("station1", 2),
            ("station2", 0),
            ("audit", 0),
            ("sampler2", 2),
            ("sampler3", 0),
        ] {
            let seen = bureau.app.view(&bureau.actor(login), Action::SampleRead, |work| {
                sampling::samples(work, &SamplingFilter::default(), &page)
            });
            assert_eq!(seen.expect(login).rows.len(), count, "{login}");
        }
        // 更正 before the close: whoever may read the visit reads it, nobody else does, and the journal says nothing of it.
        // What the no-repeat rule remembers of the record follows.
        let wish = hengjian_app::correction::Proposal {
            kind: hengjian_domain::clock::SubjectKind::Sample,
            id: test.id.cast(),
            field: "model".into(),
            new_value: "更正后的型号".into(),
            reason: format!("{PARTY}确认"),
            proof: "确认单".into(),
        };
        let put_right = bureau
            .app
            .act(&bureau.actor("result"), Action::CorrectionPropose, move |work| {
                hengjian_app::correction::propose(work, wish, "")
            })
            .expect("put right");
        let read = |login: &str| {
            bureau.app.view(&bureau.actor(login), Action::CorrectionRead, |work| {
                let (rows, _) = hengjian_app::correction::list(work, "", &page)?;
                Ok((rows, hengjian_app::correction::view(work, put_right).is_ok()))
            })
        };
        let (rows, opened) = read("result").expect("result");
        assert_eq!((rows[0].new_value.as_str(), opened), ("更正后的型号", true));
        let (rows, opened) = read("audit").expect("audit");
        assert!(rows.iter().all(|row| !row.reason.contains(PARTY) && row.new_value == "抽取结束后可看") && !opened);
        let checks: Vec<EarlierCheck> =
            bureau.app.store().read(|tx| tx.list("WHERE own = 1 ORDER BY id", &[])).expect("checks");
        assert!(
            checks.iter().any(|check| check.model == "更正后的型号" && check.model_key == "更正后的型号"),
            "{checks:?}"
        );
        let told = journal(bureau);
        assert!(!told.contains(PARTY) && !told.contains("更正后的型号"), "the journal has readers who may not know");
    });
}

fn cases(bureau: &Bureau) -> i64 {
    bureau.app.store().read(|tx| tx.integer("SELECT COUNT(*) FROM case_file", &[])).expect("cases")
}

/// Regulations §2.4: the seven outcomes without a sample go the same way to the review; a refusal and a visit stopped
/// for an illegal state open a case (R18 arts. 17, 21).
#[test]
fn every_outcome_without_a_sample() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        use VisitOutcome::*;
        for kind in [
            NotSampledStock,
            NotSampledNotForSale,
            NotSampledMarked,
            Unable,
            DuplicateSixMonth,
            Refused,
            TerminatedIllegal,
        ] {
            let before = cases(bureau);
            let id = new_visit(bureau, &up, "");
            arrived(bureau, id);
            let bare = OutcomeFacts { evidence: Vec::new(), ..facts(kind) };
            refused(outcome(bureau, id, bare), "sampling.evidence_missing");
            let by_file = OutcomeFacts { evidence: Vec::new(), ..facts(kind) };
            let files = required_evidence(kind)
                .iter()
                .map(|slot| Attachment {
                    slot: (*slot).into(),
                    field: "evidence_0".into(),
                    name: "现场.jpg".into(),
                    bytes: JPEG.into(),
                })
                .collect();
            carry_out(bureau, "sampler1", id, move |work, version| {
                sampling::record_outcome(work, id, version, by_file, files)
            })
            .expect("outcome with pictures");
            carry_out(bureau, "sampler1", id, move |work, version| sampling::take_back_outcome(work, id, version))
                .expect("take back");
            outcome(bureau, id, facts(kind)).expect("outcome");
            declare(bureau, "sampler1", id).expect("lead");
            declare(bureau, "sampler2", id).expect("second");
            let signing = Signing {
                party_signature: String::new(),
                refusal_to_sign: "现场无人签字".into(),
                witness: "村委干部".into(),
            };
            carry_out(bureau, "sampler1", id, move |work, version| sampling::sign(work, id, version, signing))
                .expect("sign");
            submit(bureau, id, "", "").expect("submit");
            review(bureau, id, move |work, version| sampling::accept(work, id, version)).expect("accept");
            let view =
                bureau.app.view(&bureau.actor("result"), Action::VisitRead, |work| sampling::visit_view(work, id));
            let view = view.expect("visit");
            assert_eq!((view.visit.state, view.visit.outcome), (VisitState::Accepted, Some(kind)));
            assert!(view.records.is_empty());
            let after = cases(bureau);
            assert_eq!(after - before, i64::from(matches!(kind, Refused | TerminatedIllegal)), "{kind:?}");
        }
        // The rows behind the statistics name nobody until the draw is closed.
        let rows = {
            let viewer = bureau.actor("audit");
            let filter = StatisticsFilter::of(
                viewer.org_id,
                "2021-01-01".parse().expect("date"),
                "2021-12-31".parse().expect("date"),
            );
            let page = PageRequest { after: None, limit: 50 };
            let rows = bureau.app.view(&viewer, Action::StatisticsRead, move |work| {
                statistics::rows(work, &filter, Figure::Visits, &page)
            });
            let (count, rows) = rows.expect("rows");
            (count, rows.iter().filter(|row| !row.title.is_empty()).count())
        };
        assert_eq!(rows, (7, 0));
    });
}

/// R18 art. 8: an exact product that was checked within six months is not sampled.
#[test]
fn r18_art8_a_blocked_product_is_not_sampled() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let party = up.firm.id;
        bureau
            .app
            .act(&bureau.actor("result"), Action::ImportBusiness, move |work| {
                let mut earlier = EarlierCheck {
                    id: work.new_id(),
                    version: 1,
                    org_id: work.actor().org_id,
                    tier: Tier::Municipal,
                    organiser_name: "韶关市市场监督管理局".into(),
                    own: false,
                    enterprise_id: Some(party),
                    enterprise_name: PARTY.into(),
                    enterprise_key: match_key(PARTY),
                    uscc: String::new(),
                    category: "电线电缆".into(),
                    product_name: "软电缆".into(),
                    product_key: match_key("软电缆"),
                    trademark: "岭禾".into(),
                    model: "RVV 2×1.5".into(),
                    model_key: match_key("RVV 2×1.5"),
                    standard: "GB/T 5023.5—2008".into(),
                    batch_text: String::new(),
                    producer_name: "岭禾线缆厂".into(),
                    producer_key: match_key("岭禾线缆厂"),
                    arranged_from_on: None,
                    sampled_on: Some("2021-06-01".parse().expect("date")),
                    published_on: None,
                    conclusion: None,
                    failed_items: String::new(),
                    source: "市局通报".into(),
                    record_id: None,
                    created_at_us: work.now(),
                };
                work.insert(&mut earlier)?;
                work.record(Event::new("test.fill", "测试").about(work.actor().org_id));
                Ok(())
            })
            .expect("earlier check");
        let id = new_visit(bureau, &up, "RVV 2×1.5");
        arrived(bureau, id);
        let record = begun(bureau, id);
        assert_eq!(save(bureau, "sampler1", record, complete()).expect("saved"), 1);
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.six_month");
        let mut other = complete();
        other.cells.push(("model", "RVV 3×2.5".into()));
        assert_eq!(save(bureau, "sampler1", record, other).expect("saved"), 0, "another model is free");
        let second = begun(bureau, id);
        let mut same = complete();
        same.cells.extend([
            ("model", "RVV 3×2.5".into()),
            ("test_seal", "FT-3".into()),
            ("backup_seal", "FT-4".into()),
        ]);
        assert_eq!(save(bureau, "sampler1", second, same).expect("saved"), 0);
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.six_month");
        let void = |reason: &'static str| {
            bureau.app.act(&bureau.actor("sampler1"), Action::VisitCarryOut, move |work| {
                sampling::void_record(work, second, 2, reason)
            })
        };
        refused(void(" "), "sampling.reason_missing");
        void("开错一张").expect("void");
        outcome(bureau, id, facts(VisitOutcome::Sampled)).expect("outcome");
        let third = carry_out(bureau, "sampler1", id, move |work, _| sampling::begin_record(work, id, false));
        refused(third, "sampling.wrong_state");
    });
}

/// C20: a seal number is used once in the whole bureau; a second form with it is not signed.
#[test]
fn c20_a_seal_is_used_once() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let first = sampled(bureau, &up, &[]);
        let id = new_visit(bureau, &up, "");
        arrived(bureau, id);
        let record = begun(bureau, id);
        let mut entry = complete();
        entry.cells.extend([("model", "RVV 4".to_owned()), ("backup_seal", "FT-9".to_owned())]);
        assert_eq!(save(bureau, "sampler1", record, entry).expect("saved"), 1, "the test seal of {first} again");
        refused(outcome(bureau, id, facts(VisitOutcome::Sampled)), "sampling.record_incomplete");
    });
}

/// R18 arts. 29 and 34: a sample the laboratory rejects voids its record by the organiser's decision; its end is
/// proposed by one person and approved by another.
#[test]
fn r18_art29_and_34_rejection_and_end_of_a_sample() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let record = sampled(bureau, &up, &[]);
        let samples = move |tx: &mut hengjian_store::Tx<'_>| tx.samples_of_record(record);
        let test = bureau.app.store().read(samples).expect("samples").remove(0);
        let hand_over = HandOver {
            transport: "快递 1".into(),
            place: "县局".into(),
            condition: "完好".into(),
            seal_intact: true,
            note: String::new(),
        };
        let sample = test.id;
        let act = |login: &str, action, run: Box<dyn FnOnce(&mut hengjian_app::Work<'_>) -> AppResult<()> + Send>| {
            bureau.app.act(&bureau.actor(login), action, run)
        };
        let version = || bureau.app.store().read(samples).expect("samples").remove(0).version;
        let now = version();
        act("sampler1", Action::SampleMove, Box::new(move |work| sampling::hand_over(work, sample, now, hand_over)))
            .expect("hand over");
        let step = |state, note: &str| Move {
            state,
            giver: "快递 1".into(),
            taker: "检测所".into(),
            place: "检测所".into(),
            condition: "封条破损".into(),
            seal_intact: false,
            note: note.into(),
        };
        let receive = step(SampleState::Received, "");
        refused(
            act(
                "receive",
                Action::InspectionReceive,
                Box::new(move |work| sampling::move_sample(work, sample, receive)),
            ),
            "sampling.seal_broken",
        );
        let skip = step(SampleState::UnderTest, "");
        refused(
            act("receive", Action::InspectionReceive, Box::new(move |work| sampling::move_sample(work, sample, skip))),
            "sampling.step",
        );
        let reject = step(SampleState::Rejected, "封条破损，书面拒收");
        let elsewhere = reject.clone();
        not_found(act(
            "receive2",
            Action::InspectionReceive,
            Box::new(move |work| sampling::move_sample(work, sample, elsewhere)),
        ));
        act("receive", Action::InspectionReceive, Box::new(move |work| sampling::move_sample(work, sample, reject)))
            .expect("reject");
        let duty = bureau.app.view(&bureau.actor("result"), Action::Own, work_list::work_list).expect("work list");
        assert!(duty.iter().any(|clock| clock.subject_kind == SubjectKind::Sample && clock.title.contains("拒收")));
        let end =
            |target| Proposal { target, reason: "拒收".into(), taker: "检测所".into(), place: "检测所".into() };
        let now = version();
        let propose = move |target| {
            let proposal = end(target);
            move |work: &mut hengjian_app::Work<'_>| sampling::propose_end(work, sample, now, proposal)
        };
        refused(act("result", Action::SampleDispose, Box::new(propose(SampleState::Disposed))), "sampling.not_final");
        refused(
            act(
                "result",
                Action::VisitReview,
                Box::new(move |work| sampling::settle_sample(work, sample, now, " ", None)),
            ),
            "sampling.reason_missing",
        );
        act(
            "result",
            Action::VisitReview,
            Box::new(move |work| sampling::settle_sample(work, sample, now, "另行抽取", None)),
        )
        .expect("settle");
        let voided: hengjian_domain::sampling::SamplingRecord =
            bureau.app.store().read(|tx| tx.get(&record)).expect("read").expect("record");
        assert_eq!(voided.state, RecordState::Voided);
        refused(act("result", Action::SampleDispose, Box::new(propose(SampleState::Returned))), "sampling.not_free");
        act("result", Action::SampleDispose, Box::new(propose(SampleState::Disposed))).expect("propose");
        refused(
            act("result", Action::SampleDispose, Box::new(propose(SampleState::Disposed))),
            "sampling.proposal_waiting",
        );
        let finish = || {
            let now = version();
            move |work: &mut hengjian_app::Work<'_>| sampling::carry_out_end(work, sample, now, "完整", "销毁")
        };
        refused(act("result", Action::SampleDispose, Box::new(finish())), "sampling.needs_approval");
        let proposal = bureau.app.store().read(move |tx| tx.disposals_of(sample)).expect("proposals").remove(0).id;
        act(
            "leader",
            Action::SampleDisposeApprove,
            Box::new(move |work| sampling::decide_end(work, proposal, 1, true, "").map(|_| ())),
        )
        .expect("approve");
        act("result", Action::SampleDispose, Box::new(finish())).expect("carry out");
        let ended = bureau.app.store().read(samples).expect("samples").remove(0);
        assert_eq!(ended.state, SampleState::Disposed);
        let subject: SubjectId = sample.cast();
        let clocks = bureau.app.store().read(move |tx| tx.clocks_of(subject)).expect("clocks");
        assert!(clocks.iter().all(|clock| clock.state != ClockState::Open), "{clocks:?}");
    });
}

/// Regulations §2.2, decision 样品灭失: a test sample lost before it came to a laboratory is a batch written off; the task goes
/// on, the backup sample gets its way out, and the leader hears of a loss for which the bureau answers.
#[test]
fn r18_art24_a_lost_test_sample_is_written_off() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let record = sampled(bureau, &up, &[]);
        let samples = move |tx: &mut hengjian_store::Tx<'_>| tx.samples_of_record(record);
        let both = bureau.app.store().read(samples).expect("samples");
        let (test, backup) = (both[0].id, both[1].id);
        let version = move || bureau.app.store().read(samples).expect("samples").remove(0).version;
        let task = || -> TaskState {
            let task: Option<SpotCheckTask> = bureau.app.store().read(|tx| tx.get(&up.task)).expect("read");
            task.expect("task").state
        };
        let visit: Option<hengjian_domain::sampling::SamplingRecord> =
            bureau.app.store().read(|tx| tx.get(&record)).expect("read");
        let visit = visit.and_then(|record| record.visit_id).expect("visit");
        review(bureau, visit, move |work, version| sampling::accept(work, visit, version)).expect("accepted");
        assert_eq!(task(), TaskState::Testing);
        let now = version();
        bureau
            .app
            .act(&bureau.actor("sampler1"), Action::SampleMove, move |work| {
                sampling::report_loss(work, test, now, ("运送途中被盗", "接警回执"), None)
            })
            .expect("reported");
        assert_eq!(task(), TaskState::Testing, "a loss is not yet a decision");
        let settle = |decision: &'static str, cause: Option<LossCause>| {
            let now = version();
            bureau.app.act(&bureau.actor("result"), Action::VisitReview, move |work| {
                sampling::settle_sample(work, test, now, decision, cause)
            })
        };
        assert!(matches!(settle("核销", None), Err(AppError::Fields(_))), "who answers for it is part of the decision");
        refused(settle(" ", Some(LossCause::Holder)), "sampling.reason_missing");
        let decide = |login: &str| {
            let now = version();
            bureau.app.act(&bureau.actor(login), Action::SampleDisposeApprove, move |work| {
                sampling::decide_loss(work, test, now, true, "没有结论，核销")
            })
        };
        refused(decide("leader"), "sampling.wrong_state");
        settle("核销这一批，另行补抽", Some(LossCause::Holder)).expect("settled");
        refused(settle("再定", Some(LossCause::Party)), "sampling.wrong_state");
        let voided: hengjian_domain::sampling::SamplingRecord =
            bureau.app.store().read(|tx| tx.get(&record)).expect("read").expect("record");
        assert_eq!((voided.state, task()), (RecordState::Voided, TaskState::ResultConfirm));
        let clocks = move |id: SampleId| {
            let all = bureau.app.store().read(move |tx| tx.clocks_of(id.cast())).expect("clocks");
            all.into_iter().filter(|clock| clock.state == ClockState::Open).collect::<Vec<_>>()
        };
        let way_out: Vec<String> = clocks(backup).into_iter().map(|clock| clock.rule).collect();
        assert_eq!(way_out, ["D16"], "the backup sample held by the party is to be released");
        let leader = bureau.app.view(&bureau.actor("leader"), Action::Own, work_list::work_list).expect("work list");
        assert!(leader.iter().any(|clock| clock.subject_id == test.cast() && clock.title.contains("初检结论")));
        assert!(matches!(decide("result"), Err(AppError::NotAllowed(_))));
        decide("leader").expect("decided");
        assert!(clocks(test).is_empty(), "{:?}", clocks(test));
    });
}

/// C01: a notice that was not used is void the same evening and its number is never given out again; R18 art. 16.
#[test]
fn c01_an_unused_notice_is_void() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let id = new_visit(bureau, &up, "");
        bureau.at(RELEASE);
        carry_out(bureau, "sampler1", id, move |work, version| sampling::open_visit(work, id, version)).expect("open");
        let until = "2021-09-28".parse().expect("date");
        let take =
            || carry_out(bureau, "sampler1", id, move |work, version| sampling::issue_notice(work, id, version, until));
        take().expect("notice");
        refused(take(), "sampling.notice_in_force");
        bureau.app.daily().expect("same day");
        let number = || {
            let view =
                bureau.app.view(&bureau.actor("sampler1"), Action::VisitRead, |work| sampling::visit_view(work, id));
            view.expect("visit").visit.notice_number
        };
        let first = number().expect("number");
        assert_eq!(first, "县局抽通〔2021〕1 号");
        bureau.at("2021-09-29T00:10");
        bureau.app.daily().expect("next day");
        bureau.app.daily().expect("twice");
        assert_eq!(number(), None);
        let until = "2021-09-29".parse().expect("date");
        carry_out(bureau, "sampler1", id, move |work, version| sampling::issue_notice(work, id, version, until))
            .expect("another");
        assert_eq!(number().as_deref(), Some("县局抽通〔2021〕2 号"));
        let early =
            carry_out(bureau, "sampler1", id, move |work, version| sampling::arrive(work, id, version, arrival()));
        refused(early, "sampling.notice_not_valid");
        let none = carry_out(bureau, "sampler1", id, move |work, version| sampling::void_notice(work, id, version, ""));
        refused(none, "sampling.reason_missing");
    });
}

/// A form sent twice acts once; a second form of the same product takes over product and producer.
#[test]
fn a_record_begun_twice_with_one_form_is_begun_once() {
    on_each_database(|bureau| {
        let up = upstream(bureau, TaskKind::Routine);
        let id = new_visit(bureau, &up, "");
        arrived(bureau, id);
        let begin = || {
            bureau.app.act(&bureau.actor("sampler1"), Action::VisitCarryOut, move |work| {
                work.once("token", "/desk/visits/first")?;
                sampling::begin_record(work, id, true)
            })
        };
        let first = begin().expect("first");
        assert!(matches!(begin(), Err(AppError::SentBefore(place)) if place == "/desk/visits/first"));
        save(bureau, "sampler1", first, complete()).expect("saved");
        let second = bureau
            .app
            .act(&bureau.actor("sampler1"), Action::VisitCarryOut, move |work| sampling::begin_record(work, id, true))
            .expect("second");
        let view =
            bureau.app.view(&bureau.actor("sampler1"), Action::VisitRead, |work| sampling::record_view(work, second));
        let record = view.expect("record").record;
        assert_eq!((record.producer_name.as_str(), record.trademark.as_str()), ("岭禾线缆厂", "岭禾"));
        assert_eq!((record.model.as_str(), record.form.test_seal.as_str()), ("", ""), "nothing of the other sampling");
        assert_eq!(record.number, "440232-2021-XC-003-0002");
        assert!(cells().any(|cell| cell.kind == CellKind::Given));
    });
}
