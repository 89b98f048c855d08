<?php

namespace Example;

class Greeting
{
    public static function text(): string
    {
        return "php " . posix_getuid();
    }
}
