// The tags of the images that recipes write, for what real manifests say.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generate/generated.h"

namespace container_kit::kit::generate {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string dockerfile_of(const std::map<std::string, std::string>& texts) {
  return generated_of(texts).dockerfile;
}

TEST(RecipeVersions, JavaOnePointEight) {
  const auto maven = dockerfile_of(
      {{"pom.xml",
        "<project><artifactId>shop</artifactId><version>1</version><properties><java.version>1.8"
        "</java.version></properties><build><plugins><plugin><artifactId>spring-boot-maven-plugin"
        "</artifactId></plugin></plugins></build></project>"}});
  EXPECT_THAT(maven, HasSubstr("FROM maven:3.9-eclipse-temurin-8 AS build"));
  EXPECT_THAT(maven, HasSubstr("FROM eclipse-temurin:8-jre-alpine AS run"));
}

TEST(RecipeVersions, GradleRunsOnAJavaThatItKnows) {
  const std::string build =
      "plugins {\n  id 'org.springframework.boot' version '2.5.0'\n}\nsourceCompatibility = ";
  const std::string wrapper = "distributionUrl=https\\://services.gradle.org/distributions/gradle-";
  const auto of = [&](const std::string& java, const std::string& gradle) {
    return dockerfile_of({{"build.gradle", build + java + "\n"},
                          {"gradle/wrapper/gradle-wrapper.properties", wrapper + gradle + "-bin.zip\n"}});
  };
  EXPECT_THAT(of("1.8", "8.10.2"), HasSubstr("FROM gradle:8.10-jdk8 AS build"));
  EXPECT_THAT(of("1.8", "8.10.2"), HasSubstr("FROM eclipse-temurin:8-jre-alpine AS run"));
  EXPECT_THAT(of("'21'", "7.6.1"), HasSubstr("FROM gradle:7.6-jdk17 AS build"));
  EXPECT_THAT(of("'21'", "7.6.1"), HasSubstr("FROM eclipse-temurin:21-jre-alpine AS run"));
  EXPECT_THAT(of("17", "6.9.4"), HasSubstr("FROM gradle:6.9-jdk11 AS build"));
  EXPECT_THAT(of("11", "9.0.0"), HasSubstr("FROM gradle:9.0-jdk17 AS build"));
  EXPECT_THAT(dockerfile_of({{"build.gradle", build + "25\n"}}), HasSubstr("FROM gradle:9.1-jdk25 AS build"));
}

TEST(RecipeVersions, OldGoIsBuiltByTheUsualOne) {
  const auto generated =
      generated_of({{"go.mod", "module x\ngo 1.9\n"}, {"main.go", "package main\nfunc main() {}\n"}});
  EXPECT_THAT(generated.dockerfile, HasSubstr("FROM golang:1.23-bookworm AS build"));
  EXPECT_THAT(generated.warnings, IsEmpty());
}

TEST(RecipeVersions, RangesWithUpperBounds) {
  EXPECT_THAT(dockerfile_of({{"pyproject.toml",
                              "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\npython = '^3.8,<3.11'\n"
                              "flask = '3'\n"},
                             {"poetry.lock", ""},
                             {"Procfile", "web: gunicorn app:app\n"}}),
              HasSubstr("FROM python:3.10-slim-bookworm AS run"));
  EXPECT_THAT(dockerfile_of({{"Gemfile", "ruby '>= 2.7', '< 3.3'\ngem 'sinatra'\n"},
                             {"Gemfile.lock", ""},
                             {"config.ru", "run Sinatra\n"}}),
              HasSubstr("FROM ruby:3.2-slim-bookworm AS run"));
}

TEST(RecipeVersions, RubyOptionsAreNoVersions) {
  const auto generated = generated_of({{"Gemfile", "ruby '3.1.4', engine: 'jruby', engine_version: '9.4'\n"},
                                       {"Gemfile.lock", ""},
                                       {"config.ru", "run Sinatra\n"}});
  EXPECT_THAT(generated.dockerfile, HasSubstr("FROM ruby:3.1-slim-bookworm AS run"));
  EXPECT_THAT(generated.warnings, IsEmpty());
}

TEST(RecipeVersions, WhatHasNoImageIsWarnedOf) {
  const auto python = generated_of({{"requirements.txt", "flask==1.0\n"},
                                    {"runtime.txt", "python-3.6.9\n"},
                                    {"Procfile", "web: gunicorn app:app\n"}});
  EXPECT_THAT(python.dockerfile, HasSubstr("FROM python:3.7-slim-bookworm AS run"));
  EXPECT_THAT(python.warnings, Contains(HasSubstr("no image on Debian 12 has: the build uses 3.7")));
}

std::string node_image(const std::string& nvmrc) {
  return dockerfile_of(
      {{"package.json", R"({"scripts":{"start":"node a.js"},"dependencies":{"express":"4"}})"},
       {"package-lock.json", "{}"},
       {".nvmrc", nvmrc}});
}

TEST(RecipeVersions, NamesOfNodesLongTermReleases) {
  EXPECT_THAT(node_image("lts/iron\n"), HasSubstr("FROM node:20-bookworm-slim AS run"));
  EXPECT_THAT(node_image("lts/*\n"), HasSubstr("FROM node:24-bookworm-slim AS run"));
  EXPECT_THAT(node_image("v8.9.1\n"), HasSubstr("FROM node:16-bookworm-slim AS run"));
}

Generated rust(const std::string& package, const std::string& toolchain = {}) {
  std::map<std::string, std::string> texts{
      {"Cargo.toml", "[package]\nname = 'x'\nversion = '1.0.0'\n" + package},
      {"Cargo.lock", ""},
      {"src/main.rs", "fn main() {}\n"}};
  if (!toolchain.empty()) texts["rust-toolchain.toml"] = "[toolchain]\nchannel = '" + toolchain + "'\n";
  return generated_of(texts);
}

TEST(RecipeVersions, RustIsNewEnough) {
  EXPECT_THAT(rust("edition = '2024'\n").dockerfile, HasSubstr("FROM rust:1.88-bookworm AS build"));
  EXPECT_THAT(rust("rust-version = '1.65'\n").dockerfile, HasSubstr("FROM rust:1.88-bookworm AS build"));
  EXPECT_THAT(rust("rust-version = '1.90'\n").dockerfile, HasSubstr("FROM rust:1.90-bookworm AS build"));
  EXPECT_THAT(rust("rust-version = '1.65'\n", "1.77.2").dockerfile,
              HasSubstr("FROM rust:1.77.2-bookworm AS build"));
  const auto nightly = rust("rust-version = '1.65'\n", "nightly-2024-05-01");
  EXPECT_THAT(nightly.dockerfile, HasSubstr("FROM rust:1.88-bookworm AS build"));
  EXPECT_EQ(nightly.decisions.at(1).what, "rust 1.88, whose rustup fetches the toolchain nightly-2024-05-01");
}

std::string dotnet_project(const std::string& framework) {
  return "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup>" + framework +
         "</PropertyGroup></Project>\n";
}

TEST(RecipeVersions, DotnetOfSeveralTargetsIsPublishedForTheNewest) {
  const auto several = dockerfile_of(
      {{"x.csproj", dotnet_project("<TargetFrameworks>net8.0;net9.0;net48</TargetFrameworks>")}});
  EXPECT_THAT(several, HasSubstr("FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build"));
  EXPECT_THAT(several, HasSubstr("-c Release -f net9.0 -o /out"));
  EXPECT_THAT(several, HasSubstr("ENV ASPNETCORE_HTTP_PORTS=8080\n"));
}

TEST(RecipeVersions, DotnetBeforeEightListensOnAnAddress) {
  const auto old = dockerfile_of({{"x.csproj", dotnet_project("<TargetFramework>net6.0</TargetFramework>")}});
  EXPECT_THAT(old, HasSubstr("-c Release -o /out"));
  EXPECT_THAT(old, HasSubstr("ENV ASPNETCORE_URLS=http://+:80\n"));
}

TEST(RecipeVersions, DotnetFrameworkIsRefused) {
  for (const auto* framework :
       {"<TargetFrameworkVersion>v4.7.2</TargetFrameworkVersion>", "<TargetFramework>net48</TargetFramework>",
        "<TargetFrameworks>net472;net48</TargetFrameworks>"}) {
    const analysis::ScratchRepository files;
    files.write("x.csproj", dotnet_project(std::string("<OutputType>Exe</OutputType>") + framework));
    const auto generated = generate_for(files.path(), ".");
    ASSERT_FALSE(generated) << generated->dockerfile;
    EXPECT_THAT(generated.error().message, HasSubstr(".NET Framework, which runs on Windows only"));
  }
}

TEST(RecipeVersions, SpringBootOnOneLine) {
  EXPECT_THAT(dockerfile_of({{"build.gradle",
                              "plugins { id 'java'; id 'org.springframework.boot' version "
                              "'3.3.0' }\nsourceCompatibility = 17\n"}}),
              HasSubstr("gradle --no-daemon bootJar"));
}

}  // namespace
}  // namespace container_kit::kit::generate
