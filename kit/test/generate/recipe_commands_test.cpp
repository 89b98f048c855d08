// The commands that recipes start, and where these listen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generate/generated.h"

namespace container_kit::kit::generate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Generated of_procfile(const std::string& command) {
  return generated_of({{"requirements.txt", "flask==3.0.0\n"}, {"Procfile", "web: " + command + "\n"}});
}

TEST(RecipeCommands, PythonServersListenWhereOthersReachThem) {
  EXPECT_THAT(of_procfile("gunicorn a:b").dockerfile, HasSubstr(" PORT=5000\n"));
  EXPECT_THAT(of_procfile("gunicorn a:b").command, ElementsAre("gunicorn", "a:b"));
  EXPECT_THAT(of_procfile("uvicorn a:b").command,
              ElementsAre("uvicorn", "a:b", "--host", "0.0.0.0", "--port", "5000"));
  EXPECT_THAT(of_procfile("uvicorn a:b --host=:: --port=$PORT").command,
              ElementsAre("uvicorn", "a:b", "--host=::", "--port=5000"));
  EXPECT_THAT(of_procfile("uvicorn a:b --uds /tmp/s").command,
              ElementsAre("uvicorn", "a:b", "--uds", "/tmp/s"));
  EXPECT_THAT(of_procfile("flask --app a run -p 80").command,
              ElementsAre("flask", "--app", "a", "run", "-p", "80", "--host", "0.0.0.0"));
  EXPECT_THAT(of_procfile("flask worker").command, ElementsAre("flask", "worker"));
}

}  // namespace
}  // namespace container_kit::kit::generate
