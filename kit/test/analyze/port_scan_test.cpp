#include "analyze/port_scan.h"

#include <gtest/gtest.h>

namespace container_kit::kit::analysis {
namespace {

TEST(FindPort, KnowsTheUsualForms) {
  const std::pair<const char*, int> cases[] = {
      {"app.listen(3000);", 3000},
      {"const port = process.env.PORT || 8081;", 8081},
      {"const port = Number(process.env.PORT ?? '4000')", 4000},
      {"app.run(host='0.0.0.0', port=5001)", 5001},
      {"http.ListenAndServe(\":9090\", nil)", 9090},
      {"TcpListener::bind(\"127.0.0.1:7878\")", 7878},
      {"HttpServer::new(f).bind((\"0.0.0.0\", 8_080))", 8080},
      {"serverPort: 8443", 8443},
      {"port ENV.fetch(\"PORT\") { 3000 }", 3000},
      {"server.listen(80)", 80},
  };
  for (const auto& [line, port] : cases) EXPECT_EQ(find_port(line).value_or(0), port) << line;
}

TEST(FindPort, IsNotTakenIn) {
  for (const auto* line :
       {"import x from 'y' // 3000", "const support = 3000", "new Pool({ port: 5432 })", "// port = 3000",
        "# port = 3000", "listen(1)", "port = 99999", "timeout = 3000", "report(3000)", "port = 1.8080"}) {
    EXPECT_EQ(find_port(line), std::nullopt) << line;
  }
}

TEST(PortOfCommand, ReadsTheOptions) {
  EXPECT_EQ(port_of_command("next start -p 3100"), 3100);
  EXPECT_EQ(port_of_command("vite preview --port=4180"), 4180);
  EXPECT_EQ(port_of_command("gunicorn -b 0.0.0.0:8000 app"), 8000);
  EXPECT_EQ(port_of_command("gunicorn --bind 0.0.0.0:${PORT:-8010} app"), 8010);
  EXPECT_EQ(port_of_command("PORT=3001 node server.js"), 3001);
  EXPECT_EQ(port_of_command("node server.js"), std::nullopt);
}

TEST(ParsePort, TakesWholeNumbersInRange) {
  EXPECT_EQ(parse_port("65535"), 65535);
  for (const auto* text : {"", "0", "65536", "80x", "-1", " 80"})
    EXPECT_EQ(parse_port(text), std::nullopt) << text;
}

}  // namespace
}  // namespace container_kit::kit::analysis
