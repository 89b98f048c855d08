// What artifacts of Maven repositories say about a project, and where its programs and ports are; for Maven,
// Gradle, sbt.
#pragma once

#include <array>

#include "analyze/findings.h"
#include "analyze/project.h"

namespace container_kit::kit::analysis {

// By artifact id; "group:artifact" where the id alone says nothing.
inline constexpr std::array kJavaPackages{
    KnownPackage{"spring-boot-starter", kFramework, "Spring Boot"},
    KnownPackage{"spring-boot-starter-web", kFramework, "Spring Boot", 8080},
    KnownPackage{"spring-boot-starter-webflux", kFramework, "Spring Boot", 8080},
    KnownPackage{"quarkus-core", kFramework, "Quarkus", 8080},
    KnownPackage{"quarkus-rest", kFramework, "Quarkus", 8080},
    KnownPackage{"quarkus-resteasy", kFramework, "Quarkus", 8080},
    KnownPackage{"quarkus-resteasy-reactive", kFramework, "Quarkus", 8080},
    KnownPackage{"micronaut-http-server-netty", kFramework, "Micronaut", 8080},
    KnownPackage{"helidon-webserver", kFramework, "Helidon", 8080},
    KnownPackage{"ktor-server-core", kFramework, "Ktor", 8080},
    KnownPackage{"ktor-server-netty", kFramework, "Ktor", 8080},
    KnownPackage{"javalin", kFramework, "Javalin", 7070},
    KnownPackage{"vertx-web", kFramework, "Vert.x", 8080},
    KnownPackage{"dropwizard-core", kFramework, "Dropwizard", 8080},
    KnownPackage{"jakarta.jakartaee-api", kFramework, "Jakarta EE", 8080},
    KnownPackage{"jakarta.jakartaee-web-api", kFramework, "Jakarta EE", 8080},
    KnownPackage{"akka-http", kFramework, "Akka HTTP"},
    KnownPackage{"pekko-http", kFramework, "Pekko HTTP"},
    KnownPackage{"http4s-ember-server", kFramework, "http4s", 8080},
    KnownPackage{"zio-http", kFramework, "ZIO HTTP", 8080},
    KnownPackage{"postgresql", kDatabase, "PostgreSQL"},
    KnownPackage{"r2dbc-postgresql", kDatabase, "PostgreSQL"},
    KnownPackage{"quarkus-jdbc-postgresql", kDatabase, "PostgreSQL"},
    KnownPackage{"mysql-connector-j", kDatabase, "MySQL"},
    KnownPackage{"mysql-connector-java", kDatabase, "MySQL"},
    KnownPackage{"quarkus-jdbc-mysql", kDatabase, "MySQL"},
    KnownPackage{"mariadb-java-client", kDatabase, "MariaDB"},
    KnownPackage{"h2", kDatabase, "H2"},
    KnownPackage{"hsqldb", kDatabase, "HSQLDB"},
    KnownPackage{"sqlite-jdbc", kDatabase, "SQLite"},
    KnownPackage{"mssql-jdbc", kDatabase, "SQL Server"},
    KnownPackage{"ojdbc11", kDatabase, "Oracle"},
    KnownPackage{"mongodb-driver-sync", kDatabase, "MongoDB"},
    KnownPackage{"spring-boot-starter-data-mongodb", kDatabase, "MongoDB"},
    KnownPackage{"jedis", kDatabase, "Redis"},
    KnownPackage{"lettuce-core", kDatabase, "Redis"},
    KnownPackage{"spring-boot-starter-data-redis", kDatabase, "Redis"},
    KnownPackage{"spring-boot-starter-data-elasticsearch", kDatabase, "Elasticsearch"},
    KnownPackage{"spring-boot-starter-amqp", kDatabase, "RabbitMQ"},
    KnownPackage{"spring-kafka", kDatabase, "Kafka"},
    KnownPackage{"kafka-clients", kDatabase, "Kafka"},
    KnownPackage{"cassandra-driver-core", kDatabase, "Cassandra"},
    KnownPackage{"neo4j-java-driver", kDatabase, "Neo4j"},
};

// server.port of application.properties and application.yml, and the files that look like a program's main
// class.
void report_java_application(const Project& project, Findings& findings);

}  // namespace container_kit::kit::analysis
