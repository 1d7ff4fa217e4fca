//! Named cases by hand: text → features.
//!
//! In what is expected, `usd:` stands for `pay:usd-month:` and `ratio:` for `pay:ratio:`; `?` marks a guessed period.

use super::{Buffers, ValueHit, find, symbols_of};
use crate::{
    features::Place,
    normalize::{UnitKind, Units},
    posting::{Field, Posting},
};

/// Name, text, features in the order in which they are found first.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // pay, by currency and script
    ("yuan range by the month", "8000-12000元/月", "usd:1000-1500 ratio:1.3-2"),
    ("yuan in ten thousands", "月薪1.5万", "usd:1500-2500 ratio:2-3"),
    ("Chinese digits", "月入三万", "usd:4000-8000 ratio:3-5"),
    ("two scales", "月薪6万8千元", "usd:8000+ ratio:5+"),
    ("a digit behind the scale", "月薪3万5", "usd:4000-8000 ratio:5+"),
    ("Chinese digits with two scales", "两万五千元一个月", "usd:2500-4000 ratio:3-5"),
    ("traditional Chinese is Taiwan's", "月收10萬不是夢，歡迎無經驗", "usd:2500-4000 ratio:2-3"),
    ("Taiwan dollars", "NT$4萬", "usd:1000-1500? ratio:0.7-1.3?"),
    ("Taiwan dollars, range", "月薪 NT$40,000-60,000", "usd:1500-2500 ratio:1.3-2"),
    ("Hong Kong named", "香港文員，月薪18000元", "usd:1500-2500 ratio:0.7-1.3"),
    ("year's pay", "年薪20万", "usd:1500-2500 ratio:2-3"),
    ("day's pay", "日薪300元", "usd:1000-1500 ratio:0.7-1.3 pay:per-day"),
    ("hour's pay", "时薪25元", "usd:600-1000 ratio:0.7-1.3"),
    ("Vietnamese range", "lương 20–30 triệu", "usd:600-1000? ratio:2-3?"),
    ("Vietnamese without accents", "luong 25tr/tháng", "usd:600-1000 ratio:2-3"),
    ("Vietnamese by the month", "Thu nhập 15 triệu/tháng", "usd:300-600 ratio:1.3-2"),
    ("Vietnamese by the day", "1,000,000 đồng/ngày", "usd:600-1000 ratio:2-3 pay:per-day"),
    ("Indonesian short", "Rp 15jt", "usd:600-1000? ratio:2-3?"),
    ("Indonesian range", "gaji 7-16 juta", "usd:600-1000? ratio:1.3-2?"),
    ("full stop behind the currency", "Gaji Rp. 7.000.000 per bulan", "usd:300-600 ratio:0.7-1.3"),
    ("Malay with a space", "RM 5k", "usd:1000-1500? ratio:1.3-2?"),
    ("Malay by the month", "Gaji RM2,400 sebulan", "usd:300-600 ratio:0.7-1.3"),
    ("Malay by the day", "RM130 sehari", "usd:600-1000 ratio:0.7-1.3 pay:per-day"),
    ("peso range", "₱45k-60k", "usd:600-1000? ratio:2-3?"),
    ("peso letter", "P25,000/mo", "usd:300-600 ratio:0.7-1.3"),
    ("Filipino words around", "70k to 90k talaga ang sahod sa Ortigas", "usd:1000-1500? ratio:3-5?"),
    ("baht sign", "฿30,000", "usd:600-1000? ratio:1.3-2?"),
    ("baht word", "30,000 บาท", "usd:600-1000? ratio:1.3-2?"),
    ("Thai scale", "เงินเดือน 3 หมื่นบาท", "usd:600-1000 ratio:1.3-2"),
    ("Thai by the month", "รายได้ 45,000 บาทต่อเดือน", "usd:1000-1500 ratio:2-3"),
    ("Thai by the day", "วันละ 500 บาท", "usd:300-600 ratio:0.7-1.3 pay:per-day"),
    (
        "the day of the next number",
        "เงินเดือน 17,000 บาท ทิปเฉลี่ยวันละ 150 บาท",
        "usd:300-600 ratio:0.7-1.3 usd:0-150 ratio:0-0.7 pay:per-day",
    ),
    ("Khmer dollars", "500$ ក្នុងមួយខែ", "usd:300-600 ratio:1.3-2"),
    ("riel", "៛800,000", "usd:150-300? ratio:0-0.7?"),
    ("Burmese scale behind", "လစာ ၁၅ သိန်း", "usd:300-600? ratio:2-3?"),
    ("Burmese scale before", "လစာ သိန်း ၃၀ ကျပ်", "usd:600-1000? ratio:5+?"),
    ("Lao", "ເງິນເດືອນ 7,000,000 ກີບ", "usd:300-600 ratio:1.3-2"),
    ("Bengali", "বেতন ৫০ হাজার টাকা", "usd:300-600? ratio:2-3?"),
    ("Bengali in two scales", "মাসে ১ লাখ ২০ হাজার টাকা", "usd:600-1000 ratio:5+"),
    ("Hindi", "वेतन 80 हज़ार रुपये महीना", "usd:600-1000 ratio:3-5"),
    ("Nepali", "तलब मासिक ४५ हजार रुपैयाँ", "usd:300-600 ratio:1.3-2"),
    ("Urdu", "تنخواہ 2 لاکھ روپے", "usd:600-1000? ratio:3-5?"),
    ("Arabic digits", "راتب ٣٠٠٠ دولار", "usd:2500-4000?"),
    ("Amharic", "በወር 130,000 ብር", "usd:600-1000 ratio:5+"),
    ("Swahili", "mshahara 45,000 shilingi kwa mwezi", "usd:300-600 ratio:1.3-2"),
    ("Kenyan", "KSh 150,000", "usd:1000-1500? ratio:3-5?"),
    ("rupees in lakh", "Rs 1 lakh", "usd:1000-1500? ratio:3-5?"),
    ("rupee sign", "₹50,000", "usd:300-600? ratio:2-3?"),
    ("in hand in an Indian town", "75k in hand, Pune", "usd:600-1000? ratio:3-5?"),
    ("rupees of Nepal", "Kathmandu school, Rs 45,000 monthly", "usd:300-600 ratio:1.3-2"),
    ("Korean", "500만원", "usd:2500-4000? ratio:2-3?"),
    ("Korean month", "월급 350만원", "usd:1500-2500 ratio:1.3-2"),
    ("Korean with a particle", "월 300만 원을", "usd:1500-2500 ratio:0.7-1.3"),
    ("Korean ten thousands left out", "월 380~550", "usd:2500-4000 ratio:1.3-2"),
    ("Japanese", "月30万円", "usd:1500-2500 ratio:1.3-2"),
    ("Japanese ten thousands left out", "月50保証、寮あり", "usd:2500-4000 ratio:2-3"),
    ("Brazilian", "R$ 15 mil", "usd:2500-4000? ratio:5+?"),
    ("Brazilian by the month", "salário R$ 2.500 por mês", "usd:300-600 ratio:0.7-1.3"),
    ("euro", "1500 €", "usd:1500-2500? ratio:0-0.7?"),
    ("both separators", "1.234,50 € im Monat", "usd:1000-1500 ratio:0-0.7"),
    ("pound by the hour", "£12.21/h", "usd:2500-4000 ratio:0.7-1.3"),
    ("francs with an apostrophe", "salary 1'500 CHF", "usd:1500-2500? ratio:0-0.7?"),
    ("rouble with spaces", "100 000 руб", "usd:1000-1500? ratio:1.3-2?"),
    ("rouble in thousands", "зарплата от 80 тыс. рублей в месяц", "usd:1000-1500? ratio:1.3-2?"),
    ("dollars", "$1,200", "usd:1000-1500?"),
    ("dollars by the month", "USD 900-1500 per month", "usd:1000-1500"),
    ("dollars by the day", "$60–$120 per day", "usd:1500-2500 pay:per-day"),
    ("dollars by the year", "$85,000 per year in Texas", "usd:4000-8000 ratio:2-3"),
    ("tether", "3000 USDT", "usd:2500-4000? pay:currency:usdt"),
    ("tether letter", "3000U", "usd:2500-4000? pay:currency:usdt"),
    ("wide range", "1,000-5,000 USD", "usd:1500-2500? pay:wide-range"),
    ("per head", "$150 per head", "pay:per-order"),
    ("per head behind a slash", "300-500$ / nguoi", "pay:per-order"),
    ("per order", "按单计费，每单3元", "pay:per-order"),
    ("per head, Thai", "คนละ 7,000 บาท", "pay:per-order"),
    // pay and place
    (
        "USDT in Bangkok",
        "Работа в Бангкоке, 2500 USDT в месяц",
        "usd:2500-4000 ratio:3-5 pay:currency:usdt pay:usd-outside",
    ),
    ("dollars where wages are in dollars", "Poipet, $950 per month", "usd:600-1000 ratio:3-5 place:compound"),
    (
        "dong's country against Cambodia",
        "Lương 1200 USD, làm việc tại Bavet, Campuchia",
        "usd:1000-1500? ratio:3-5? place:compound",
    ),
    ("rupiah for Cambodia", "Kerja di Kamboja, gaji 12 juta", "usd:600-1000? ratio:2-3?"),
    ("honest Gulf pay", "Dubai waiter AED 2,000 per month", "usd:300-600 ratio:0.7-1.3"),
    ("skilled work", "Singapore nurse SGD 4,800 monthly", "usd:2500-4000 ratio:0.7-1.3"),
    ("yuan in Manila", "Casino dealer in Manila, salary RMB 10000", "usd:1000-1500? ratio:3-5? pay:usd-outside"),
    ("dollars in Spanish", "sueldo 1.200 dólares al mes en Camboya", "usd:1000-1500 ratio:3-5"),
    ("compound town", "西港客服", "place:compound"),
    ("two countries", "Myawaddy near Mae Sot", "place:compound place:crossing place:two-countries"),
    ("a language is no country", "日本語が話せる方、タイの会社", ""),
    ("a people is no country", "Thai speakers welcome in Bangkok", ""),
    ("one country twice", "Dubai office, Abu Dhabi visa", ""),
    // no pay
    ("a year", "Founded in 2024", ""),
    ("people", "20 people wanted, need 200 staff", ""),
    ("thousands of people", "5,000 people and 20k followers", ""),
    ("phone", "phone +855 12 345 678", ""),
    ("phone at home", "call 0812-3456-7890", ""),
    ("link", "t.me/example123456", ""),
    ("fee", "registration fee 500,000 won", ""),
    ("fine", "phạt 50 triệu nếu nghỉ sớm", ""),
    ("bonus", "bonus Rp 2 juta", ""),
    ("penalty", "违约金5万元", ""),
    ("introduction fee", "每人介绍费5000元", ""),
    ("per cent", "commission 15%, save 20%", ""),
    ("fund", "top up, $5,000,000 raised", ""),
    ("room", "room 1204, building 3", ""),
    ("date", "12/03/2024 or 2024-11-24", ""),
    ("fraction", "3/4 of the staff", ""),
    ("level", "Level N4, HSK 5", ""),
    ("version", "version 2.0", ""),
    ("years of practice", "5-10 years experience", ""),
    ("spare change", "2 dollars", ""),
    // hours, rest
    ("office hours", "Office hours 9:00-18:00", "hours:8-11"),
    ("a.m. to p.m.", "Shift 9am to 9pm", "hours:12+"),
    ("eleven hours", "Working 12:00–23:00", "hours:8-11"),
    ("over midnight", "21:00-09:00", "hours:12+"),
    ("twelve hours", "12 hours a day", "hours:12+"),
    ("eight hours", "8 hours duty", "hours:8-11"),
    ("Chinese hours", "每天12小时", "hours:12+"),
    ("Chinese hours in words", "每天工作十二小时", "hours:12+"),
    ("Thai hours", "ทำงาน 12 ชม.", "hours:12+"),
    ("Malay hours", "kerja 12 jam", "hours:12+"),
    ("Hindi hours", "12 घंटे ड्यूटी", "hours:12+"),
    ("a week's hours", "work 48 hours per week", ""),
    ("round the clock", "open 24 hours", ""),
    ("two days off, Chinese", "月休2天", "rest:2-a-month"),
    ("two days off, in words", "月休两天", "rest:2-a-month"),
    ("two days off, Vietnamese", "tháng nghỉ 2 ngày", "rest:2-a-month"),
    ("two days off, Thai", "หยุดเดือนละ 2 วัน", "rest:2-a-month"),
    ("two days off, English", "2 days off a month", "rest:2-a-month"),
    ("two days off, Malay", "libur 2 hari sebulan", "rest:2-a-month"),
    ("four days off", "每月休4天", "rest:4-a-month"),
    ("a day a week", "One day off per week", "rest:4-a-month"),
    ("a weekday", "周三休息", ""),
    // age, terms, typing
    ("age, English", "age 18-35", "age:capped"),
    ("age behind", "18–35 years old", "age:capped"),
    ("age, Vietnamese", "nam nữ 18–35 tuổi", "age:capped"),
    ("age, Chinese", "年龄20-40歲", "age:capped"),
    ("age in words", "二十至三十五岁", "age:capped"),
    ("age, Thai", "อายุ 18-35 ปี", "age:capped"),
    ("age, Indonesian", "usia 18–35 tahun", "age:capped"),
    ("age, Burmese", "အသက် ၁၈-၃၅", "age:capped"),
    ("age, Khmer", "អាយុ ១៨-៣៥", "age:capped"),
    ("age, Hindi", "उम्र 18-35", "age:capped"),
    ("age, Russian", "возраст до 32 лет", "age:capped"),
    ("age below", "male or female, below 35", "age:capped"),
    ("age, Vietnamese below", "dưới 38 tuổi", "age:capped"),
    ("age up to sixty", "age 25-60", ""),
    ("no age but people", "20-30 people", ""),
    ("contract", "contract 6 months", "contract:6-12"),
    ("contract, year in words", "contract of one year", "contract:6-12"),
    ("contract, Vietnamese", "hợp đồng 6 tháng", "contract:6-12"),
    ("contract, half a year", "合同半年", "contract:6-12"),
    ("contract, two years", "kontrak 2 tahun", "contract:over-12"),
    ("contract, Thai", "สัญญา 6 เดือน", "contract:6-12"),
    ("contract, short", "contract 3 months", "contract:under-6"),
    ("trial", "3 months probation", ""),
    ("typing", "typing 40 wpm", "typing:wpm"),
    ("typing in words", "30 words per minute", "typing:wpm"),
    ("typing, Chinese", "打字每分钟45字", "typing:wpm"),
];

fn units_of(posting: &Posting<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    let mut sentence = 0;
    let mut units = Units::default();
    for (piece, part) in posting.pieces().iter().enumerate() {
        sentence += 2;
        units.split(&part.text, |unit| {
            if unit.kind == UnitKind::Break {
                sentence += 1;
            } else {
                let symbols = symbols_of(unit.token_text());
                let (piece, span) = (piece as u16, unit.span);
                found.push(Place { entry: 0, kind: unit.kind, piece, sentence, span, symbols });
            }
        });
    }
    found
}

fn hits_of(posting: &Posting<'_>) -> Vec<ValueHit> {
    let mut hits = Vec::new();
    find(posting, &units_of(posting), &mut Buffers::default(), &mut hits);
    hits
}

/// Features in short, sorted.
fn features(posting: &Posting<'_>) -> Vec<String> {
    let short = |hit: &ValueHit| {
        let name = hit.name.replace("pay:usd-month:", "usd:").replace("pay:ratio:", "ratio:");
        if hit.guessed { format!("{name}?") } else { name }
    };
    let mut names: Vec<String> = hits_of(posting).iter().map(short).collect();
    names.sort();
    names
}

fn expected(list: &str) -> Vec<String> {
    let mut names: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn features_of_named_cases() {
    assert!(CASES.len() >= 120, "{} cases", CASES.len());
    for (name, text, list) in CASES {
        assert_eq!(features(&Posting::from_text(*text)), expected(list), "{name}: {text}");
    }
}

#[test]
fn fields_say_what_a_bare_number_is_and_where_the_work_is() {
    const CASES: &[(&str, &str, &str, &str, &str)] = &[
        ("bare number in the salary field", "Cebu", "25,000", "Cashier", "usd:300-600? ratio:1.3-2?"),
        ("bare number elsewhere", "Cebu", "", "Cashier 250", ""),
        (
            "a year-like number is pay there by the month",
            "Kota Kinabalu",
            "2000 sebulan",
            "Admin",
            "usd:300-600 ratio:0.7-1.3",
        ),
        (
            "the location field decides",
            "Bavet",
            "",
            "Admin, apply in Jakarta, 20 juta",
            "usd:1000-1500? ratio:3-5? place:compound place:two-countries",
        ),
    ];
    for (name, location, salary, text, list) in CASES {
        let fields = [(Field::Location, *location), (Field::Salary, *salary), (Field::Description, *text)];
        let posting = Posting::from_pieces(fields.map(|(field, text)| (field, text.into())));
        assert_eq!(features(&posting), expected(list), "{name}");
    }
}

#[test]
fn a_hit_covers_currency_number_and_scale() {
    let posting = Posting::from_text("Poipet office, salary USD 1,500 - 2k per month");
    let units = units_of(&posting);
    let hits = hits_of(&posting);
    let hit = hits.iter().find(|hit| hit.name.starts_with("pay:usd-month")).unwrap();
    let span = units[hit.first as usize].span.join(units[hit.last as usize].span);
    assert_eq!(span.of(&posting.pieces()[0].text), "USD 1,500 - 2k");
    assert!(!hit.guessed);
}

#[test]
fn any_text_is_read_without_panic_and_hits_lie_inside() {
    for text in
        ["", "5", "万", "一", "-", "5-", "$", "$5-$", "9:00-", "သိန်း", "5 to", "12/", "1'2", "Rp", "9am to", "10%"]
    {
        let posting = Posting::from_text(text);
        let length = units_of(&posting).len();
        for hit in hits_of(&posting) {
            assert!(hit.first <= hit.last && (hit.last as usize) < length, "{text}: {hit:?}");
        }
    }
}
