module job

go 1.19
