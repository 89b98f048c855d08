<?php

require __DIR__ . "/../vendor/autoload.php";

echo Example\Greeting::text();
