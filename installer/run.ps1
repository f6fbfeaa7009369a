# Install what is missing, then run Desktop Agent on Windows. Arguments are passed on.
# Written against the real tools, but not run on Windows yet.
$ErrorActionPreference = "Stop"
$root = Split-Path -Parent $PSScriptRoot
$venv = Join-Path $root ".venv"
$python = Join-Path $venv "Scripts\python.exe"

function Fail($text) {
    Write-Host "!! $text"
    exit 1
}

function Install-Locked {
    & $python -m pip install --quiet --disable-pip-version-check --no-deps @args
    if ($LASTEXITCODE -ne 0) { Fail "pip could not install. Its message stands above." }
}

$files = (Get-ChildItem (Join-Path $root "requirements\*.txt") | Sort-Object Name) + (Get-Item (Join-Path $root "pyproject.toml"))
$wanted = ($files | ForEach-Object { (Get-FileHash $_.FullName).Hash }) -join " "
$stamp = Join-Path $venv "installed-run"
if (-not (Test-Path $stamp) -or (Get-Content $stamp -Raw) -ne $wanted) {
    if (-not (Test-Path $python)) {
        Write-Host "-- Making the virtual environment"
        py -3 -c "import sys, tkinter; sys.exit(sys.version_info < (3, 11))"
        if ($LASTEXITCODE -ne 0) { Fail "Python 3.11 or newer with tkinter is needed: https://www.python.org/downloads/" }
        py -3 -m venv $venv
    }
    Write-Host "-- Installing the locked Python packages. llama.cpp is compiled the first time, which needs the C++ build tools of Visual Studio."
    if (-not $env:CMAKE_ARGS) { $env:CMAKE_ARGS = "-DGGML_NATIVE=OFF" }
    Install-Locked --require-hashes -r (Join-Path $root "requirements\build.txt")
    Install-Locked --require-hashes --no-build-isolation -r (Join-Path $root "requirements\runtime.txt")
    Install-Locked --no-build-isolation --editable $root
    Set-Content -NoNewline -Path $stamp -Value $wanted
}
& (Join-Path $venv "Scripts\desktop-agent.exe") @args
exit $LASTEXITCODE
