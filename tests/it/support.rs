//! A scratch folder, the built program, and a tiny model, for tests that use lurewatch as a user does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use linfa::ParamGuard;
use lurewatch::{
    Model,
    dataset::{Labelled, TrainingSet},
    features::cues::CueTable,
    model::{learn::WordingParams, train::TrainParams},
    posting::{Label, Posting},
};

/// A folder of one test's own.
pub(crate) struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    /// An empty folder; `name` is the test's name.
    pub(crate) fn new(name: &str) -> Self {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Self { dir }
    }

    /// Puts a file into the folder.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.dir.join(name), text).unwrap();
        self
    }

    /// Puts a folder into the folder.
    pub(crate) fn folder(self, name: &str) -> Self {
        fs::create_dir_all(self.dir.join(name)).unwrap();
        self
    }

    /// The path of something in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The bytes of a file in the folder.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program, about to run in the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lurewatch"));
        command.args(args).current_dir(&self.dir).env("NO_COLOR", "1");
        command
    }

    /// Runs lurewatch in the folder.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs lurewatch in the folder; the answer is all that a user would see, but for times.
    pub(crate) fn lurewatch(&self, args: &[&str]) -> String {
        let run = self.run(args);
        let mut seen = format!(
            "exit {}\n--- stdout\n{}--- stderr\n",
            run.status.code().unwrap(),
            String::from_utf8(run.stdout).unwrap(),
        );
        for line in String::from_utf8(run.stderr).unwrap().split_inclusive('\n') {
            seen.push_str(if line.starts_with("time: ") { "time: …\n" } else { line });
        }
        seen
    }

    /// Runs `lurewatch score` with the tiny model.
    pub(crate) fn score(&self, args: &[&str]) -> String {
        self.lurewatch(&with_model(args))
    }

    /// What `lurewatch score` with the tiny model writes to stdout, which must go well.
    pub(crate) fn scored(&self, args: &[&str]) -> Vec<u8> {
        let run = self.run(&with_model(args));
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    }
}

/// `score` and its arguments with the tiny model.
pub(crate) fn with_model<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["score", "--model", tiny_model_folder().to_str().unwrap()];
    all.extend(args);
    all
}

/// What the tiny model is trained on: lures first, as many clean postings behind them.
const LURES: [&str; 12] = [
    "Typing work in Sihanoukville, no experience needed, free visa, flight paid, contact Telegram @hrboss88",
    "Customer service for online casino in Bavet, high salary 1500 USD, free flight, passport handled by company",
    "Chat operators wanted in Myawaddy, we pay ticket and visa, easy job, message on WhatsApp now",
    "Urgent hiring data entry Poipet, earn 2000 USD a month, no skills, free food and room, send passport photo",
    "招聘打字员 柬埔寨 高薪 包吃包住 包机票 无需经验 联系飞机",
    "缅北 客服 月薪两万 护照公司办理 老板亲自接 包机票",
    "Tuyển nhân viên gõ máy tính tại Campuchia, lương cao, không cần kinh nghiệm, bao vé máy bay, liên hệ Zalo",
    "รับสมัครงานออนไลน์ ปอยเปต เงินดี ไม่ต้องมีประสบการณ์ ฟรีที่พัก ฟรีตั๋วเครื่องบิน ทัก Telegram",
    "Lowongan admin judi online di Kamboja, gaji besar, tanpa pengalaman, tiket dan visa ditanggung, hubungi Telegram",
    "Crypto marketing staff Dubai to Laos Golden Triangle, tourist visa first, boss pays flight, Telegram only",
    "Work abroad with friends! easy chatting job, commission every week, free visa and hostel, Telegram @agentlin",
    "Model and typist wanted in KK Park, weekly pay, no experience, pickup at airport, do not tell agency",
];
const CLEAN: [&str; 12] = [
    "Registered nurse for the night shift at the county hospital, permanent contract, apply through our careers page",
    "Carpenter in Galway, three years of experience and own tools, pay by the collective agreement",
    "Waiter for a seaside restaurant in Da Nang, shifts of eight hours, uniform provided, interview in person",
    "Software engineer, remote in Europe, Rust and databases, salary 60000 to 75000 EUR, send your resume",
    "招聘会计 上海 三年以上经验 五险一金 双休 请投递简历",
    "北京 小学教师 需教师资格证 面试地点海淀区",
    "Tuyển kế toán tại Hà Nội, yêu cầu tốt nghiệp đại học, đóng bảo hiểm đầy đủ, phỏng vấn trực tiếp",
    "รับสมัครพนักงานบัญชี กรุงเทพ วุฒิปริญญาตรี ประกันสังคม สมัครด้วยตนเองที่บริษัท",
    "Lowongan guru matematika di Bandung, minimal sarjana pendidikan, wawancara di sekolah, gaji sesuai aturan",
    "Police warn of adverts that promise free flights and typing work abroad: victims report being held",
    "Hotel receptionist in Phuket, work permit arranged after interview at our office, English required",
    "Warehouse helper in Leeds, forklift licence welcome, weekly pay, canteen on site, training in the first week",
];

/// A model that knows a little; trained once.
pub(crate) fn tiny_model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::load(tiny_model_folder()).unwrap())
}

/// The folder of the tiny model.
pub(crate) fn tiny_model_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let labelled = |label| {
            move |(at, text): (usize, &&'static str)| Labelled {
                posting: Posting::from_text(*text),
                label,
                group: Some(format!("{label:?}{at}")),
                language: None,
                source: "tests".to_owned(),
            }
        };
        let lures = LURES.iter().enumerate().map(labelled(Label::Lure));
        let clean = CLEAN.iter().enumerate().map(labelled(Label::Clean));
        let set = TrainingSet { labelled: lures.chain(clean).collect(), ..TrainingSet::default() };
        let wording = WordingParams {
            subwords: 400,
            gram_length: 2,
            piece_lengths: None,
            min_labelled: 1,
            min_background: 5,
            most_features: 20_000,
        };
        let params = TrainParams::default().folds(3).costs(vec![10.0]).wording(wording).check().unwrap();
        let trained = params.train(&set, &CueTable::built_in(), (Vec::new(), Vec::new()), &|_| {}).unwrap();
        let cues = include_str!("../../src/features/cues/cues.csv");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tiny_model");
        trained.model.files(cues).unwrap().save(&folder).unwrap();
        folder
    })
}
