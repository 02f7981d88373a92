module nlrs.example/job

go 1.19
