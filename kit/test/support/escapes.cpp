#include "support/escapes.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace container_kit::kit {

namespace {

// Every file that a tool looks for.
constexpr std::array<const char*, 9> kFiles{"Dockerfile",         ".dockerignore", "package.json",
                                            "index.js",           "go.mod",        "pipeline.yaml",
                                            "kustomization.yaml", "web.yaml",      "main.py"};

std::string text_of(const std::string& file, const std::string& word) {
  if (file == "Dockerfile") return "FROM debian:12-slim AS " + word + "\nUSER " + word + "\n";
  if (file == "package.json")
    return "{\"name\":\"" + word + "\",\"scripts\":{\"start\":\"node " + word + ".js\"}}\n";
  if (file == "pipeline.yaml") {
    return "pipeline: " + word + "\nstages:\n  - {name: " + word +
           ", tool: ping, arguments: {message: " + word + "}}\n";
  }
  if (file == "kustomization.yaml") return "resources: [web.yaml]\nnamePrefix: " + word + "-\n";
  if (file == "web.yaml") return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + word + "}\n";
  if (file == "go.mod") return "module " + word + "\n";
  return "# " + word + "\n";
}

void project(const Folder& folder, const std::string& name, const std::string& word) {
  for (const char* file : kFiles) folder.write(name + "/" + file, text_of(file, word));
  folder.write(name + "/src/index.js", "// " + word + "\n");
}

void links(const Folder& folder) {
  const auto link = [&](const std::string& name, const std::string& target) {
    folder.link("root/" + name, target);
  };
  const std::string outside = folder / "outside";
  link("l_absolute", outside);
  link("l_relative", "../outside");
  link("l_parent", "..");
  link("l_root", "/");
  link("l_chain", "l_relative");
  link("l_chain_absolute", folder / "root/l_absolute");
  link("deep/l_up", "../../outside");
  link("l_dots", "repo/./..//../outside");
  link("l_proc", "/proc/self/root");
  link("l_working", "/proc/self/cwd");
  link("l_thread", "/proc/thread-self/root" + outside);
  link("l_missing", "../absent");
  link("l_loop", "l_loop");
  link("l_a", "l_b");
  link("l_b", "l_a");
  link("l_inside", "repo/src");
  link("l_sibling", "../root-sibling");
  link("l_file", outside + "/Dockerfile");
  link("l_standard_input", "/dev/stdin");
  link("l_zero", "/dev/zero");
  link("..l", "../outside");
  for (int i = 0; i < 50; ++i)
    link("l_long_" + std::to_string(i), i == 49 ? outside : "l_long_" + std::to_string(i + 1));
  for (const std::string file : kFiles) {
    link("linked/" + file, outside + "/" + file);
    link("linked_relative/" + file, "../../outside/" + file);
    link("devices/" + file, "/dev/zero");
    link("terminals/" + file, "/dev/tty");
    link("memory/" + file, "/proc/self/environ");
    link("loops/" + file, file);
  }
  link("linked/src", outside + "/src");
  link("linked/k8s", outside);
}

void special_files(const Folder& folder) {
  ::mkfifo((folder / "root/fifo").c_str(), 0600);
  folder.folder("root/fifos");
  for (const std::string file : kFiles) ::mkfifo((folder / ("root/fifos/" + file)).c_str(), 0600);
  // Only root may; for others nothing is there.
  constexpr unsigned kMemoryDevices = 1;
  constexpr unsigned kZero = 5;
  static_cast<void>(
      !::mknod((folder / "root/device").c_str(), S_IFCHR | 0600, makedev(kMemoryDevices, kZero)));
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string with_nul(std::string text) {
  std::replace(text.begin(), text.end(), '|', '\0');
  return text;
}

std::vector<Escape> by_dots() {
  return {{"parent", ".."},
          {"parent_slash", "../"},
          {"sibling_folder", "../outside{file}"},
          {"twice_up", "../../{name}/outside{file}"},
          {"dot_first", "./../outside{file}"},
          {"through_a_folder", "repo/../../outside{file}"},
          {"dots_between", "repo/./../.././outside{file}"},
          {"many_slashes", "repo//..//..//outside{file}"},
          {"through_nothing", "absent/../../outside{file}"},
          {"deep_and_back", "repo/src/../../../outside{file}"},
          {"far_up", "../../../../../../../../../../..{out}{file}"},
          {"out_and_in_again", "../root/../outside{file}"},
          {"absolute_dots", "{root}/../outside{file}"},
          {"absolute_through_a_folder", "{root}/repo/../../outside{file}"},
          {"absolute_slashes", "{root}//../outside{file}"},
          {"absolute_dot", "{root}/./../outside{file}"},
          {"absolute_parent", "{root}/.."},
          {"absolute_parent_slash", "{root}/../"},
          {"file_as_a_folder", "repo/Dockerfile/../../../outside{file}"},
          {"three_dots", ".../outside{file}"},
          {"four_dots", "..../outside{file}"},
          {"dots_in_a_name", "..outside{file}"},
          {"a_link_with_dots_in_its_name", "..l{file}"},
          {"hundreds_up", times(300, "../") + "{out}{file}"}};
}

std::vector<Escape> absolute() {
  return {{"outside", "{out}{file}"},
          {"outside_slash", "{out}/{file}"},
          {"two_slashes", "/{out}{file}"},
          {"three_slashes", "//{out}{file}"},
          {"dot_after_the_root", "/.{out}{file}"},
          {"up_from_the_root", "/..{out}{file}"},
          {"far_up_from_the_root", "/../../..{out}{file}"},
          {"sibling_with_the_same_start", "{root}-sibling{file}"},
          {"sibling_by_dots", "../root-sibling{file}"},
          {"other_case", "../ROOT{file}"},
          {"absolute_other_case", "{world}/ROOT{file}"},
          {"case_of_outside", "../OUTSIDE{file}"},
          {"world", "{world}"},
          {"the_root_directory", "/"},
          {"etc", "/etc"},
          {"passwd", "/etc/passwd"},
          {"shadow", "/etc/shadow"},
          {"home_of_root", "/root"},
          {"temporary", "/tmp"},
          {"sessions", "{world}/state/sessions"},
          {"state", "../state"}};
}

std::vector<Escape> encoded() {
  return {{"percent", "%2e%2e/outside{file}"},
          {"percent_slash", "%2e%2e%2foutside{file}"},
          {"percent_slash_alone", "..%2foutside{file}"},
          {"percent_upper", "%2E%2E%2Foutside{file}"},
          {"percent_twice", "%252e%252e%252foutside{file}"},
          {"percent_thrice", "%25252e%25252e/outside{file}"},
          {"percent_overlong", "..%c0%afoutside{file}"},
          {"percent_overlong_dots", "%c0%ae%c0%ae/outside{file}"},
          {"percent_backslash", "%2e%2e%5coutside{file}"},
          {"percent_below_the_root", "{root}/%2e%2e/outside{file}"},
          {"percent_nul", "..%00/outside{file}"},
          {"percent_u", "..%u2215outside{file}"},
          {"semicolon", "..;/outside{file}"},
          {"html", "&#46;&#46;/outside{file}"},
          {"json_in_json", "\\u002e\\u002e/outside{file}"},
          {"file_url", "file://{out}{file}"},
          {"file_url_without_slashes", "file:{out}{file}"},
          {"file_url_with_a_host", "file://localhost{out}{file}"},
          {"http_url", "http://localhost{out}{file}"},
          {"tilde", "~{out}{file}"},
          {"tilde_root", "~root"},
          {"variable", "$HOME/../..{out}{file}"},
          {"variable_in_braces", "${PWD}/../outside{file}"},
          {"substitution", "$(echo {out}){file}"},
          {"backticks", "`echo {out}`{file}"},
          {"glob", "../outsid?{file}"},
          {"glob_star", "../*"},
          {"braces", "{{out},}{file}"},
          {"command", "; cat {out}/Dockerfile"},
          {"pipe", "| cat {out}/Dockerfile"},
          {"option", "--file={out}/Dockerfile"},
          {"response_file", "@{out}/Dockerfile"},
          {"quotes", "\"../outside\""}};
}

std::vector<Escape> nul_and_controls() {
  return {{"nul_at_the_end", with_nul("../outside{file}|")},
          {"nul_and_an_ending", with_nul("{out}{file}|.txt")},
          {"nul_after_a_good_path", with_nul("repo|/../../outside{file}")},
          {"nul_first", with_nul("|{out}{file}")},
          {"nul_between_dots", with_nul(".|./outside{file}")},
          {"nul_alone", with_nul("|")},
          {"newline_between", "..\n/outside{file}"},
          {"newline_at_the_end", "../outside\n"},
          {"newline_first", "\n../outside{file}"},
          {"line_end_in_a_name", "../out\r\nside{file}"},
          {"second_line", "repo\n../outside{file}"},
          {"tab", "..\t/outside{file}"},
          {"terminal_escape", "\x1b]0;owned\x07../outside{file}"},
          {"delete", "../outside\x7f{file}"}};
}

std::vector<Escape> by_links() {
  return {{"link", "l_absolute{file}"},
          {"link_relative", "l_relative{file}"},
          {"link_to_the_parent", "l_parent/outside{file}"},
          {"link_to_the_root_directory", "l_root{out}{file}"},
          {"link_to_a_link", "l_chain{file}"},
          {"link_to_an_absolute_link", "l_chain_absolute{file}"},
          {"link_in_a_folder", "deep/l_up{file}"},
          {"link_with_dots", "l_dots{file}"},
          {"link_to_proc", "l_proc{out}{file}"},
          {"link_to_the_working_directory", "l_working{file}"},
          {"link_to_a_thread", "l_thread{file}"},
          {"link_to_nothing", "l_missing{file}"},
          {"link_to_itself", "l_loop{file}"},
          {"two_links_in_a_ring", "l_a{file}"},
          {"fifty_links", "l_long_0{file}"},
          {"a_chain_just_short_enough", "l_long_15{file}"},
          {"link_to_a_file", "l_file"},
          {"link_to_a_sibling", "l_sibling{file}"},
          {"link_absolute_path", "{root}/l_absolute{file}"},
          {"link_and_up", "{root}/l_absolute/../outside{file}"},
          {"up_from_where_a_link_leads", "l_inside/../../../outside{file}"},
          {"link_to_standard_input", "l_standard_input"},
          {"link_to_a_device", "l_zero"},
          {"files_that_are_links", "linked", true},
          {"files_that_are_relative_links", "linked_relative", true},
          {"files_that_are_devices", "devices", true},
          {"files_that_are_terminals", "terminals", true},
          {"files_that_are_memory", "memory", true},
          {"files_that_are_loops", "loops", true},
          {"one_file_that_is_a_link", "linked{file}", true},
          {"one_file_that_is_a_device", "devices{file}", true},
          {"one_file_that_is_a_loop", "loops{file}", true}};
}

// In another process the descriptor is another file, which may lie inside.
std::vector<Escape> by_the_system() {
  return {{"proc_root", "/proc/self/root{out}{file}"},
          {"proc_working_directory", "/proc/self/cwd{file}"},
          {"proc_one", "/proc/1/root{out}{file}"},
          {"proc_thread", "/proc/thread-self/root{out}{file}"},
          {"proc_descriptor", "/proc/self/fd/{fd}{file}", true},
          {"descriptor", "/dev/fd/{fd}{file}", true},
          {"descriptor_and_up", "/dev/fd/{fd}/../outside{file}"},
          {"descriptor_0", "/dev/fd/0"},
          {"standard_input", "/dev/stdin"},
          {"environment", "/proc/self/environ"},
          {"memory", "/proc/self/mem"},
          {"mounts", "/proc/self/mountinfo"},
          {"zero", "/dev/zero"},
          {"null", "/dev/null"},
          {"terminal", "/dev/tty"},
          {"dots_to_proc", "../../../../../../proc/self/root{out}{file}"},
          {"sys", "/sys/../{out}{file}"},
          {"fifo", "fifo"},
          {"below_a_fifo", "fifo/../../outside{file}"},
          {"device", "device"},
          {"files_that_are_fifos", "fifos", true},
          {"one_file_that_is_a_fifo", "fifos{file}", true},
          {"mount", "/mnt/..{out}{file}"},
          {"host_mount", "/host{out}{file}"},
          {"overlay", "/var/lib/docker/overlay2/x/merged{out}{file}"},
          {"share", "//localhost/share{out}{file}"},
          {"dot_docker", "/.dockerenv"}};
}

std::vector<Escape> by_length_and_endings() {
  return {{"long_name", std::string(300, 'a')},
          {"long_path", "repo/" + std::string(5000, 'a')},
          {"long_detour", times(500, "repo/../") + "../outside{file}"},
          {"longer_than_the_system_allows", times(2000, "./") + times(100, "../") + "{out}{file}"},
          {"very_long", times(25'000, "../") + "{out}{file}"},
          {"deep", times(1500, "a/") + times(1500, "../") + "../outside{file}"},
          {"trailing_dot", "../outside/."},
          {"trailing_dots", "../outside/src/.."},
          {"trailing_slashes", "../outside///"},
          {"trailing_dot_slash", "../outside/./"},
          {"dots_at_the_end_of_the_name", "../outside..."},
          {"space_at_the_end", "../outside "},
          {"space_first", " ../outside{file}"},
          {"a_space", " "},
          {"dot_at_the_end", "{out}."},
          {"windows_stream", "../outside::$DATA"},
          {"windows_short", "../OUTSID~1{file}"}};
}

std::vector<Escape> by_lookalikes() {
  return {{"two_dot_leader", "\u2025/outside{file}"},
          {"fullwidth_dots", "\uFF0E\uFF0E/outside{file}"},
          {"division_slash", "..\u2215outside{file}"},
          {"fraction_slash", "..\u2044outside{file}"},
          {"fullwidth_slash", "..\uFF0Foutside{file}"},
          {"zero_width_space", "\u200b../outside{file}"},
          {"zero_width_between", ".\u200b./outside{file}"},
          {"combining", "..\u0338/outside{file}"},
          {"right_to_left", std::string("\xe2\x80") + "\xae../outside{file}"},
          {"byte_order_mark", "\ufeff../outside{file}"},
          {"full_width_letters", "../\uFF4Futside{file}"},
          {"cyrillic", "../\u043Eutside{file}"},
          {"ideographic_space", "..\u3000/outside{file}"},
          {"next_line", "..\u0085/outside{file}"},
          {"line_separator", "..\u2028/outside{file}"},
          {"overlong", "\xc0\xae\xc0\xae/outside{file}"},
          {"overlong_slash", "..\xc0\xafoutside{file}"},
          {"no_utf8", "\xff\xfe/../../outside{file}"},
          {"backslash", "..\\outside{file}"},
          {"backslashes", "repo\\..\\..\\outside{file}"},
          {"backslash_and_slash", "..\\/outside{file}"},
          {"share_by_backslashes", "\\\\localhost\\c$"},
          {"drive", "C:\\"},
          {"drive_and_dots", "C:/../../outside{file}"}};
}

std::string kind_and_content(const std::filesystem::directory_entry& entry) {
  if (entry.is_symlink()) return "link to " + std::filesystem::read_symlink(entry.path()).string();
  if (entry.is_directory()) return "folder";
  std::ifstream file(entry.path(), std::ios::binary);
  return "file " + std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

const std::vector<Escape>& escapes() {
  static const std::vector<Escape> all = [] {
    std::vector<Escape> list;
    for (const auto& group : {by_dots(), absolute(), encoded(), nul_and_controls(), by_links(),
                              by_the_system(), by_length_and_endings(), by_lookalikes()}) {
      list.insert(list.end(), group.begin(), group.end());
    }
    return list;
  }();
  return all;
}

EscapeWorld::EscapeWorld() {
  for (const char* name : {"outside", "root-sibling", "ROOT"}) project(folder_, name, kSecret);
  project(folder_, "root/repo", "harmless");
  folder_.folder("state");
  links(folder_);
  special_files(folder_);
  open_outside_ = ::open(outside().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

EscapeWorld::~EscapeWorld() {
  ::close(open_outside_);
}

std::string EscapeWorld::path_of(const Escape& escape, const std::string& file) const {
  std::string path = escape.path;
  const auto put = [&path](std::string_view mark, const std::string& text) {
    for (auto at = path.find(mark); at != std::string::npos; at = path.find(mark, at + text.size()))
      path.replace(at, mark.size(), text);
  };
  put("{file}", file.empty() ? "" : "/" + file);
  put("{out}", outside());
  put("{root}", root());
  put("{world}", folder_.path().string());
  put("{name}", folder_.path().filename().string());
  put("{fd}", std::to_string(open_outside_));
  return path;
}

std::map<std::string, std::string> EscapeWorld::what_is_outside() const {
  std::map<std::string, std::string> found;
  for (auto entry = std::filesystem::recursive_directory_iterator(folder_.path()); entry != end(entry);
       ++entry) {
    const auto name = std::filesystem::relative(entry->path(), folder_.path()).string();
    if (name == "root" || name == "state" || name == "bin") {
      entry.disable_recursion_pending();
    } else {
      found[name] = kind_and_content(*entry);
    }
  }
  return found;
}

}  // namespace container_kit::kit
