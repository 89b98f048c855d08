#include "containers/image_reference.h"

#include <string>

#include <gtest/gtest.h>

namespace container_kit::kit::containers {
namespace {

TEST(ImageReference, takes_what_engines_take) {
  const std::string digest(64, 'a');
  for (const std::string& name :
       {std::string("app"), std::string("app:1.2"), std::string("library/debian:12-slim"),
        std::string("my__app"), std::string("a--b/c.d"), std::string("localhost/app"),
        std::string("localhost:5000/team/app:v1"), std::string("Registry.Example.com/team/app"),
        "debian@sha256:" + digest, "registry.example.com:443/a/b:tag@sha256:" + digest}) {
    EXPECT_TRUE(is_image_reference(name)) << name;
  }
}

TEST(ImageReference, refuses_everything_else) {
  for (const std::string& name : {std::string(),
                                  std::string("--privileged"),
                                  std::string("-v"),
                                  std::string("App"),
                                  std::string("app:"),
                                  std::string("app: 1"),
                                  std::string("a b"),
                                  std::string("app\n"),
                                  std::string("../app"),
                                  std::string("/app"),
                                  std::string("app/"),
                                  std::string("a//b"),
                                  std::string("a___b"),
                                  std::string("a..b"),
                                  std::string("a_-b"),
                                  std::string("app:.1"),
                                  std::string("app@sha256:12"),
                                  std::string("host:port/app"),
                                  std::string(300, 'a'),
                                  "app:" + std::string(129, 'a'),
                                  std::string("$(id)"),
                                  std::string("app;id")}) {
    EXPECT_FALSE(is_image_reference(name)) << name;
  }
}

}  // namespace
}  // namespace container_kit::kit::containers
