//! What the tests of the program share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a browser may take for a page.
const PATIENCE: Duration = Duration::from_secs(120);

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

pub fn quanyu(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quanyu"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program can be started")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A copy of the scenarios and the basin that a test may spoil.
pub fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy_files(&root().join("scenarios"), &folder.path().join("scenarios"));
    copy_files(&root().join("seeds/jincheng"), &folder.path().join("seeds/jincheng"));
    folder
}

/// A batch of two scenarios with so many members, and more tables if there are any.
pub fn batch(members: usize, more: &str) -> String {
    format!(
        r#"
name = "small"
scenarios = ["business-as-usual.toml", "cut-pumping.toml"]
members = {members}
seed = 7
cell_m = 4000
monthly_from = 2019
[climate]
variation = [0.15, 0.3]
persistence = [0.0, 0.3]
{more}[measures]
compliance = [0.6, 1.0]
"#
    )
}

pub fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
}

pub fn replace(path: &Path, from: &str, to: &str) {
    let before = fs::read_to_string(path).expect("text");
    assert!(before.contains(from), "{} no longer holds {from:?}", path.display());
    fs::write(path, before.replacen(from, to, 1)).expect("written");
}

/// One run under so many more names, `copy-1` and on.
pub fn replicate(results: &Path, run: &str, copies: usize) {
    let from = results.join(run);
    for number in 1..=copies {
        let to = results.join(format!("copy-{number}"));
        fs::create_dir(&to).expect("a folder");
        for entry in fs::read_dir(&from).expect("the run") {
            let path = entry.expect("an entry").path();
            let own = to.join(path.file_name().expect("a name"));
            fs::hard_link(&path, own).expect("a link");
        }
        let record = fs::read_to_string(from.join("run.json")).expect("a record");
        let renamed = record.replace(&format!("\"{run}\""), &format!("\"copy-{number}\""));
        assert_ne!(record, renamed, "the record names the run");
        // Not through the link.
        fs::remove_file(to.join("run.json")).expect("removed");
        fs::write(to.join("run.json"), renamed).expect("written");
    }
}

/// The data block of a page.
pub fn data(html: &str) -> Value {
    let from = html.find("id=\"data\">").expect("a data block") + "id=\"data\">".len();
    let to = from + html[from..].find("</script>").expect("its end");
    serde_json::from_str(&html[from..to]).expect("JSON")
}

/// Every `data` element of a page: the value, and what names its place in the files.
pub fn shown(html: &str) -> Vec<(f64, String)> {
    let elements = html.split("<data value=\"").skip(1);
    let read = elements.map(|rest| {
        let (value, rest) = rest.split_once('"').expect("a value");
        let of = rest.split_once("data-of=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a place").0;
        (value.parse().expect("a number"), of.to_owned())
    });
    read.collect()
}

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("QUANYU_BROWSER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|path| path.is_file());
    named.or(found)
}

/// Opens a page in a browser without a network, lets a script use it, and fails where that finds anything wrong.
///
/// Where there is no browser the check is left out, which is said; `QUANYU_NEED_BROWSER` makes that an error.
#[allow(clippy::print_stderr, reason = "a check that is left out must say so")]
pub fn check_in_browser(folder: &Path, html: &str, script: &str, width: u32) {
    let left_out = |why: &str| {
        let text = format!("LEFT OUT: a check of the page in a browser: {why}");
        assert!(std::env::var_os("QUANYU_NEED_BROWSER").is_none(), "{text}");
        eprintln!("{text}");
    };
    let Some(browser) = browser() else {
        return left_out("no chromium. Type:  sudo apt-get install chromium fonts-wqy-zenhei");
    };
    let before = format!(
        "<script>window.faults=[];addEventListener('error',e=>faults.push(e.message));\
         addEventListener('securitypolicyviolation',e=>faults.push('blocked '+e.blockedURI));\
         console.error=(...t)=>faults.push(t.join(' '));\
         addEventListener('load',()=>innerWidth==={width}||faults.push('the page is '+innerWidth+' px wide'));\
         new MutationObserver(()=>parent.postMessage(document.documentElement.dataset.checked,'*'))\
         .observe(document.documentElement,{{attributes:true,attributeFilter:['data-checked']}})</script><title"
    );
    let check = format!("<script>{script}</script></body>");
    let page = html.replacen("<title", &before, 1).replacen("</body>", &check, 1);
    fs::write(folder.join("checked.html"), page).expect("written");
    // In a frame of its own: no window of a browser gets as narrow as a telephone.
    let frame = format!(
        "<body style=\"margin:0\"><script>addEventListener('message',e=>document.documentElement.dataset.checked=e.data)</script>\
         <iframe src=\"checked.html\" style=\"border:0;width:{width}px;height:1000px\"></iframe></body>"
    );
    let file = folder.join("frame.html");
    fs::write(&file, frame).expect("written");
    let mut child = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"])
        .arg("--virtual-time-budget=4000")
        // No name is resolved and no address reached.
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9"])
        .arg("--window-size=1400,1000")
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stdout(fs::File::create(folder.join("dom")).expect("a file"))
        .stderr(fs::File::create(folder.join("said")).expect("a file"))
        .spawn()
        .expect("the browser can be started");
    let until = Instant::now() + PATIENCE;
    while child.try_wait().expect("a child").is_none() {
        if Instant::now() > until {
            child.kill().expect("killed");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let read = |name: &str| text(&fs::read(folder.join(name)).expect("a file"));
    let (dom, stderr) = (read("dom"), read("said"));
    if dom.is_empty() {
        return left_out(&format!("it shows no page at all on this machine: {stderr}"));
    }
    let verdict = dom.split_once("data-checked=\"").and_then(|(_, rest)| rest.split_once('"'));
    let said = verdict.map_or("the page did not come to its check", |(said, _)| said);
    assert_eq!(said, "PASSED", "at {width} px; {}", stderr.lines().last().unwrap_or_default());
}
